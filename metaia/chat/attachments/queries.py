"""Selects of files that are attached to messages."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Text, cast, delete, literal, select

from metaia.chat import queries as chat_queries
from metaia.chat.attachments.models import MessageAttachmentRow
from metaia.chat.models import MessageRow, ParticipantRow
from metaia.core import db
from metaia.core.db import AnyRow
from metaia.core.db.expressions import among
from metaia.core.http import pagination
from metaia.media import queries as media_queries
from metaia.media.queries import Media

SORTABLE: pagination.Sortable = {"created_at": MessageRow.created_at}
Listed = tuple[AnyRow, Media]  # an attachment with its message, and its file
_row = MessageAttachmentRow
# Files of one message have one time, so the place is a part of the key by which pages continue.
_key = cast(_row.message_id, Text) + literal("-") + cast(_row.place, Text)
_listed: list[Any] = [
    *(_row.media_id, _row.name, _row.message_id, _key.label("id")),
    *(MessageRow.conversation_id, MessageRow.seq, MessageRow.sender_id, MessageRow.created_at),
]


def of_messages(message_ids: Collection[str]) -> dict[str, list[tuple[Media, str | None]]]:
    """Return the files of messages and their names there, in their order; messages without any are left out."""
    query = select(_row.message_id, _row.media_id, _row.name).where(among(_row.message_id, message_ids))
    rows = db.fetch_all(query.order_by(_row.message_id, _row.place))
    media = media_queries.by_ids({row.media_id for row in rows}) if rows else {}
    found: dict[str, list[tuple[Media, str | None]]] = {}
    for row in rows:
        found.setdefault(row.message_id, []).append((media[row.media_id], row.name))
    return found


def remove(message_id: str, media_id: str | None = None) -> None:
    """Delete the rows of a message's files, or of one of them, in the running transaction."""
    rows = delete(_row).where(_row.message_id == message_id)
    db.execute(rows if media_id is None else rows.where(_row.media_id == media_id))


def page(
    user_id: str, *, filters: dict[str, Any], sort: str, limit: int, cursor: str | None
) -> tuple[list[Listed], str | None]:
    """Return one page of the files that a user sees in conversations, and the next page's cursor.

    Without the filter `conversation_id`, those of conversations that the user has left are not in it.
    """
    query = (
        select(*_listed)
        .join(MessageRow, MessageRow.id == _row.message_id)
        .join(ParticipantRow, chat_queries.seen_by(user_id))
        .where(*_conditions(filters))
    )
    query = pagination.page(query, sort=sort, sortable=SORTABLE, key=_key, limit=limit, cursor=cursor)
    rows, following = pagination.cut(db.fetch_all(query), sort=sort, limit=limit)
    media = media_queries.by_ids({row.media_id for row in rows}) if rows else {}
    return [(row, media[row.media_id]) for row in rows], following


def _conditions(filters: dict[str, Any]) -> list[ColumnElement[bool]]:
    conditions: dict[str, Any] = {
        "conversation_id": lambda value: _row.conversation_id == value,
        "kind": lambda value: media_queries.is_of_kind(_row.media_id, value),
    }
    found = [conditions[name](value) for name, value in filters.items()]
    return found if "conversation_id" in filters else [*found, ParticipantRow.left_seq.is_(None)]


def may_read(user_id: str, message_id: str) -> bool:
    """Return whether a user may read a message, which is not deleted."""
    seen = chat_queries.seen_by(user_id)
    query = select(MessageRow.id).join(ParticipantRow, seen).where(MessageRow.id == message_id)
    return db.fetch_one(query) is not None
