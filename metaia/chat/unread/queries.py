"""The number of unread messages. Nothing stores it: it is counted when it is asked for, up to `MOST`.

Unread are the messages of others after a user's mark that are not deleted, not of the system and not of a user that is
blocked.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, literal, select

from metaia.chat.fields import SYSTEM
from metaia.chat.models import ConversationRow, MessageRow, ParticipantRow
from metaia.chat.restrictions.models import ChatBlockRow
from metaia.core import db
from metaia.core.db.expressions import among

MOST = 100  # messages that are counted in one conversation
_mine, _row, _conversation = ParticipantRow, MessageRow, ConversationRow


@dataclass(frozen=True, slots=True)
class Unread:
    """How many messages of a conversation are unread: `messages`, and more of them if `more`; up to `last_seq`."""

    messages: int
    more: bool
    last_seq: int


NOTHING = Unread(0, False, 0)


@dataclass(frozen=True, slots=True)
class Badge:
    """How many messages of how many conversations are unread; `more` if the messages of one are not all counted."""

    conversations: int
    messages: int
    more: bool


def is_unread(user_id: str | None, read_seq: Any) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions of a message that is unread after `read_seq` for the selected participant, `user_id`."""
    blocked = select(ChatBlockRow.blocked_id).where(ChatBlockRow.blocker_id == user_id)
    return (
        _row.conversation_id == _mine.conversation_id,
        _row.seq > func.greatest(read_seq, _mine.joined_seq, _mine.cleared_seq),
        _mine.left_seq.is_(None) | (_row.seq <= _mine.left_seq),
        _row.deleted_at.is_(None),
        _row.kind != SYSTEM,
        _row.sender_id != user_id,
        _row.sender_id.not_in(blocked),
    )


def _counted(user_id: str, read_seq: Any) -> Any:
    """Return the number of unread messages of the selected participant, at most one more than MOST."""
    some = select(literal(1)).where(*is_unread(user_id, read_seq)).limit(MOST + 1).correlate(ParticipantRow)
    return select(func.count().label("unseen")).select_from(some.subquery())


def count(conversation_id: str, user_id: str, read_seq: int) -> Unread:
    """Return what is unread in a conversation after `read_seq`, in which the user must be or have been."""
    query = select(_counted(user_id, read_seq).scalar_subquery(), _conversation.last_seq).select_from(_mine)
    query = query.join(_conversation, _conversation.id == _mine.conversation_id)
    row = db.fetch_one(query.where(_mine.conversation_id == conversation_id, _mine.user_id == user_id))
    return NOTHING if row is None else _unread(*row)


def unread(user_id: str, conversation_ids: Collection[str]) -> dict[str, Unread]:
    """Return what a user has not read, by the ids of those conversations in which the user is or has been."""
    query = select(
        _mine.conversation_id, _counted(user_id, _mine.read_seq).scalar_subquery(), _conversation.last_seq
    ).join(_conversation, _conversation.id == _mine.conversation_id)
    rows = db.fetch_all(query.where(_mine.user_id == user_id, among(_mine.conversation_id, conversation_ids)))
    return {row[0]: _unread(row[1], row[2]) for row in rows}


def badge(user_id: str) -> Badge:
    """Return the number of unread messages in all conversations that a user takes part in now."""
    counted = _counted(user_id, _mine.read_seq).scalar_subquery().label("unseen")
    query = select(counted).select_from(_mine).join(_conversation, _conversation.id == _mine.conversation_id)
    passed = func.greatest(_mine.read_seq, _mine.joined_seq, _mine.cleared_seq)
    each = query.where(
        _mine.user_id == user_id, _mine.left_seq.is_(None), _conversation.last_seq > passed
    ).subquery()
    number = each.c.unseen
    row = db.fetch_one(
        select(
            func.count().filter(number > 0),
            func.coalesce(func.sum(func.least(number, MOST)), 0),
            func.coalesce(func.bool_or(number > MOST), False),
        )
    )
    return Badge(0, 0, False) if row is None else Badge(row[0], int(row[1]), row[2])


def _unread(number: int, last_seq: int) -> Unread:
    return Unread(min(number, MOST), number > MOST, last_seq)
