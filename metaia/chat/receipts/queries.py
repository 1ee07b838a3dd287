"""Selects on the marks of users in conversations, and on the users that are informed about them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    bindparam,
    exists,
    func,
    literal,
    literal_column,
    select,
    update,
)
from sqlalchemy.orm import aliased

from metaia.chat.models import ConversationRow, ParticipantRow
from metaia.chat.preferences.models import ChatSettingsRow
from metaia.chat.queries import PARTICIPANT_COLUMNS, Participant
from metaia.chat.restrictions.models import ChatBlockRow
from metaia.chat.state import GROUP
from metaia.core import db
from metaia.core.db.driver import PreparedSelect
from metaia.core.db.expressions import among

Delivered = Mapping[tuple[str, str], int]  # by conversation and user: up to which `seq`
_mine, _conversation = ParticipantRow, ConversationRow
_ID = ParticipantRow.conversation_id.type


@dataclass(frozen=True, slots=True)
class Place:
    """A user's place in a conversation. The users in `watchers` are informed about it."""

    participant: Participant
    kind: str
    last_seq: int
    watchers: list[str]


@dataclass(frozen=True, slots=True)
class Raised:
    """A mark that was raised, see `Place`."""

    conversation_id: str
    user_id: str
    delivered_seq: int
    seen_seq: int


def watched(user_id: Any, other: Any) -> ColumnElement[bool]:
    """Return the condition that a user's receipts are shown to `other`: both show theirs, and none is blocked."""
    settings, block = ChatSettingsRow, ChatBlockRow
    hidden = exists().where(settings.user_id.in_([user_id, other]), ~settings.read_receipts)
    blocked = exists().where(block.blocker_id == user_id, block.blocked_id == other)
    # The users may be those of any select around this one.
    hidden, blocked = hidden.correlate_except(settings), blocked.correlate_except(block)
    return ~hidden & ~blocked


def _place() -> Any:
    other = aliased(ParticipantRow)
    others = select(other.user_id).where(
        other.conversation_id == _mine.conversation_id,
        other.user_id != _mine.user_id,
        other.left_seq.is_(None),
        _conversation.kind != literal_column(f"'{GROUP}'"),  # prepared: it can have no values of its own
        watched(_mine.user_id, other.user_id),
    )
    query = select(
        *PARTICIPANT_COLUMNS,
        _conversation.kind,
        _conversation.last_seq,
        func.array(others.correlate(_mine, _conversation).scalar_subquery()),
    ).join(_conversation, _conversation.id == _mine.conversation_id)
    return query.where(
        _mine.conversation_id == bindparam("conversation_id"), _mine.user_id == bindparam("user_id")
    )


_read_place = PreparedSelect(_place())
_locked_place = PreparedSelect(_place().with_for_update(of=ParticipantRow, key_share=True))


def place(conversation_id: str, user_id: str) -> Place | None:
    """Return a user's place in a conversation, also after leaving it; row-locked in a transaction with locks."""
    prepared = _locked_place if db.locking() else _read_place
    row = db.fetch_tuple(prepared, {"conversation_id": conversation_id, "user_id": user_id})
    if row is None:
        return None
    size = len(PARTICIPANT_COLUMNS)
    kind, last_seq, watchers = row[size:]
    return Place(Participant(*row[:size]), kind, last_seq, watchers)


def to_read(user_id: str, conversation_ids: Collection[str] | None, most: int) -> list[str]:
    """Return the ids of conversations with messages after the user's mark, of some or of all, in the order to lock."""
    query = select(_mine.conversation_id).join(_conversation, _conversation.id == _mine.conversation_id)
    query = query.where(
        _mine.user_id == user_id, _mine.left_seq.is_(None), _mine.read_seq < _conversation.last_seq
    )
    if conversation_ids is not None:
        query = query.where(among(_mine.conversation_id, conversation_ids))
    return [row[0] for row in db.fetch_all(query.order_by(_mine.id).limit(most))]


def raise_delivered(marks: Delivered) -> list[Raised]:
    """Raise the marks of active participants, of many conversations with one statement; return those that rose.

    Groups have no such marks. Locks the rows in the order of their ids.
    """
    given = _given(marks)
    upto = func.least(given.c.seq, _conversation.last_seq).label("seq")
    claimed = (
        select(_mine.id, upto)
        .join(given, (given.c.conversation_id == _mine.conversation_id) & (given.c.user_id == _mine.user_id))
        .join(_conversation, _conversation.id == _mine.conversation_id)
        .where(_conversation.kind != GROUP, _mine.left_seq.is_(None), _mine.delivered_seq < upto)
        .order_by(_mine.id)
        .with_for_update(of=ParticipantRow, key_share=True)
        .cte("claimed")
    )
    raised = (
        update(_mine)
        .where(_mine.id == claimed.c.id, _mine.delivered_seq < claimed.c.seq)
        .values(delivered_seq=claimed.c.seq, version=_mine.version + 1)
        .returning(_mine.conversation_id, _mine.user_id, _mine.delivered_seq, _mine.seen_seq)
    )
    return [Raised(*row) for row in db.execute(raised)]


def watchers(marks: Delivered) -> dict[tuple[str, str], list[str]]:
    """Return the users that are informed about a user's mark in a conversation, by conversation and user."""
    given, other = _given(marks), aliased(ParticipantRow)
    query = (
        select(given.c.conversation_id, given.c.user_id, func.array_agg(other.user_id))
        .join(other, other.conversation_id == given.c.conversation_id)
        .where(
            other.user_id != given.c.user_id,
            other.left_seq.is_(None),
            watched(given.c.user_id, other.user_id),
        )
    )
    rows = db.fetch_all(query.group_by(given.c.conversation_id, given.c.user_id))
    return {(row[0], row[1]): row[2] for row in rows}


def others_shown(conversation_id: str, user_id: str, seq: int) -> list[tuple[Participant, bool]]:
    """Return the other active participants that see the message `seq`, and whether their receipts are shown."""
    other = _mine
    query = select(*PARTICIPANT_COLUMNS, watched(other.user_id, literal(user_id, _ID))).where(
        other.conversation_id == conversation_id,
        other.user_id != user_id,
        other.left_seq.is_(None),
        other.joined_seq < seq,
    )
    return [(Participant(*row[:-1]), row[-1]) for row in db.fetch_all(query.order_by(other.id))]


def _given(marks: Delivered) -> Any:
    columns = [
        func.unnest(literal([key[0] for key in marks], ARRAY(_ID))).label("conversation_id"),
        func.unnest(literal([key[1] for key in marks], ARRAY(_ID))).label("user_id"),
        func.unnest(literal(list(marks.values()), ARRAY(BigInteger))).label("seq"),
    ]
    return select(*columns).subquery("given")
