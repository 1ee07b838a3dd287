"""Selects of messages with what they show, and of how far the other participants have come."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, select
from sqlalchemy.orm import aliased

from metaia.chat.models import MessageRow, ParticipantRow
from metaia.chat.presenters import Quoted
from metaia.chat.queries import MESSAGE_COLUMNS, Message, Participant
from metaia.chat.receipts import queries as receipt_queries
from metaia.core import db
from metaia.core.access.permissions import STAFF
from metaia.core.db import AnyRow
from metaia.core.db.expressions import among
from metaia.users import queries as user_queries

_quoted = aliased(MessageRow)
_QUOTED = (_quoted.id, _quoted.seq, _quoted.sender_id, _quoted.text, _quoted.deleted_at)


@dataclass(frozen=True, slots=True)
class Found:
    """A message with the name of its sender, and the message that it quotes."""

    message: Message
    sender_name: str | None
    quoted: Quoted | None


@dataclass(frozen=True, slots=True)
class Marks:
    """The `seq` up to which all others have read a conversation, and up to which their devices have it.

    No other user sees messages up to `since`: all others came later.
    """

    read: int = 0
    delivered: int = 0
    since: int = 0


def before(place: Participant, seq: int | None, limit: int) -> list[Found]:
    """Return up to `limit` messages that a participant sees, the newest below `seq` or of all, in ascending order."""
    upper = [MessageRow.seq < seq] if seq is not None else []
    return _page(_visible(place).where(*upper).order_by(MessageRow.seq.desc()).limit(limit))[::-1]


def after(place: Participant, seq: int, limit: int) -> list[Found]:
    """Return up to `limit` messages that a participant sees, the oldest above `seq`, in ascending order."""
    return _page(_visible(place).where(MessageRow.seq > seq).order_by(MessageRow.seq).limit(limit))


def changed(place: Participant, version: int, limit: int) -> list[Found]:
    """Return up to `limit` messages that changed after a version of the conversation, in the order of the changes."""
    later = _visible(place).where(MessageRow.changed > version)
    return _page(later.order_by(MessageRow.changed).limit(limit))


def by_ids(message_ids: Collection[str]) -> list[Found]:
    """Return messages of any conversations, in no order."""
    return _page(_all().where(among(MessageRow.id, message_ids)))


def marks(conversation_ids: Collection[str], user_id: str) -> dict[str, Marks]:
    """Return how far the other participants of conversations have come: the last of them, of staff the first one.

    Staff only counts where all others are staff. Users that hide their receipts, or have blocked this one, have read
    nothing. Users that came later do not hold back messages from before. Conversations without others are left out.
    """
    row = ParticipantRow
    shown = receipt_queries.watched(row.user_id, literal(user_id, row.user_id.type))
    read = case((shown, row.seen_seq), else_=0)
    delivered = case((shown, func.greatest(row.delivered_seq, row.seen_seq)), else_=0)
    users = row.role.not_in(sorted(STAFF))
    query = select(
        row.conversation_id,
        func.min(func.greatest(read, row.joined_seq)).filter(users),
        func.min(func.greatest(delivered, row.joined_seq)).filter(users),
        func.min(row.joined_seq).filter(users),
        func.max(read).filter(~users),
        func.max(delivered).filter(~users),
        func.min(row.joined_seq).filter(~users),
    ).where(among(row.conversation_id, conversation_ids), row.user_id != user_id, row.left_seq.is_(None))
    rows = db.fetch_all(query.group_by(row.conversation_id))
    return {id_: Marks(*found[:3] if found[0] is not None else found[3:]) for id_, *found in rows}


def newest_joined(conversation_id: str) -> int:
    """Return the highest `joined_seq` of the active participants."""
    row = ParticipantRow
    found = select(func.max(row.joined_seq)).where(
        row.conversation_id == conversation_id, row.left_seq.is_(None)
    )
    return int(db.fetch_value(found) or 0)


def _all() -> Select[tuple[object, ...]]:
    same = and_(_quoted.conversation_id == MessageRow.conversation_id, _quoted.id == MessageRow.reply_to)
    user, owns = user_queries.owner(MessageRow.sender_id)
    query = select(*MESSAGE_COLUMNS, user_queries.NAME, *_QUOTED)
    return query.select_from(MessageRow).outerjoin(user, owns).outerjoin(_quoted, same)


def _visible(place: Participant) -> Select[tuple[object, ...]]:
    seen: list[ColumnElement[bool]] = [
        MessageRow.conversation_id == place.conversation_id,
        MessageRow.seq > place.hidden_seq,
    ]
    if place.left_seq is not None:
        seen.append(MessageRow.seq <= place.left_seq)
    return _all().where(*seen)


def _page(query: Select[tuple[object, ...]]) -> list[Found]:
    return [_found(row) for row in db.fetch_all(query)]


def _found(row: AnyRow) -> Found:
    size = len(MESSAGE_COLUMNS)
    quoted = row[size + 1 :]
    return Found(Message(*row[:size]), row[size], Quoted(*quoted) if quoted[0] else None)
