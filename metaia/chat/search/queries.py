"""The select of the search."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, cast, select
from sqlalchemy.dialects.postgresql import TSQUERY

from metaia.chat import queries as chat_queries
from metaia.chat.models import MessageRow, ParticipantRow
from metaia.core import db
from metaia.core.db import AnyRow
from metaia.core.http import pagination
from metaia.core.text import words

SORTABLE: pagination.Sortable = {"created_at": MessageRow.created_at}
# The index finds the messages of a few conversations by a word that they have in common. With a thousand such words it
# takes ten times as long as a join with all of the user's conversations.
MOST_BY_WORD = 32
_found: list[Any] = [MessageRow.id, MessageRow.conversation_id, MessageRow.text, MessageRow.created_at]


def page(
    user_id: str, *, filters: dict[str, Any], sort: str, limit: int, cursor: str | None
) -> tuple[Sequence[AnyRow], str | None]:
    """Return one page of the messages that a user may read and that have all words of `q`, and the next page's cursor.

    The rows have `id`, `conversation_id`, `text` and `created_at`. Conversations that the user has left are searched
    only if `conversation_id` names them.
    """
    terms, wanted = words.terms(filters["q"]), filters.get("conversation_id")
    if not terms:
        return [], None
    found = MessageRow.words.bool_op("@@")(
        cast(" & ".join([*_conversations(user_id, wanted), *terms]), TSQUERY)
    )
    query = (
        select(*_found)
        .join(ParticipantRow, chat_queries.seen_by(user_id))
        .where(found, *_conditions(filters))
    )
    query = pagination.page(
        query, sort=sort, sortable=SORTABLE, key=MessageRow.id, limit=limit, cursor=cursor
    )
    return pagination.cut(db.fetch_all(query), sort=sort, limit=limit)


def _conversations(user_id: str, wanted: str | None) -> list[str]:
    """Return the term by which the index finds the messages of these conversations; none if they are too many."""
    ids = [wanted] if wanted else _few_conversations(user_id)
    found = (words.exact(chat_queries.in_conversation(conversation_id)) for conversation_id in ids)
    return [f"({' | '.join(found)})"] if ids else []


def _few_conversations(user_id: str) -> list[str]:
    mine = (ParticipantRow.user_id == user_id, ParticipantRow.left_seq.is_(None))
    query = select(ParticipantRow.conversation_id).where(*mine).limit(MOST_BY_WORD + 1)
    ids = [row.conversation_id for row in db.fetch_all(query)]
    return ids if len(ids) <= MOST_BY_WORD else []


def _conditions(filters: dict[str, Any]) -> list[ColumnElement[bool]]:
    conditions: dict[str, Any] = {
        "q": lambda _: MessageRow.deleted_at.is_(None),
        "conversation_id": lambda value: MessageRow.conversation_id == value,
        "sender_id": lambda value: MessageRow.sender_id == value,
        "kind": lambda value: MessageRow.kind == value,
        "from_": lambda value: MessageRow.created_at >= value,
        "to": lambda value: MessageRow.created_at < value,
    }
    found = [conditions[name](value) for name, value in filters.items()]
    return found if "conversation_id" in filters else [*found, ParticipantRow.left_seq.is_(None)]
