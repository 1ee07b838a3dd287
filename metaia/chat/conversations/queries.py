"""Selects on the conversations of a user, and on the limits of beginning one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select, tuple_
from sqlalchemy.orm import aliased

from metaia.chat.conversations.policy import UNANSWERED_DAYS
from metaia.chat.models import ConversationRow, MessageRow, ParticipantRow
from metaia.chat.queries import CONVERSATION_COLUMNS, PARTICIPANT_COLUMNS, Conversation, Participant
from metaia.chat.state import DEAL, DIRECT, GROUP, OPEN, SUPPORT
from metaia.chat.unread import queries as unread_queries
from metaia.core import db, search
from metaia.core.access.actor import PARTNERS
from metaia.core.db.expressions import among
from metaia.core.http import pagination
from metaia.core.times import now
from metaia.users import queries as user_queries

_row, _mine = ConversationRow, ParticipantRow
ACTIVITY = func.coalesce(_row.last_message_at, _row.created_at)
SORTABLE: pagination.Sortable = {"last_message_at": ACTIVITY, "created_at": _row.created_at}
_size = len(CONVERSATION_COLUMNS)


@dataclass(frozen=True, slots=True)
class Listed:
    """A conversation of a user, with the user's place in it; staff that lists all has none."""

    conversation: Conversation
    mine: Participant | None

    @property
    def id(self) -> str:
        return self.conversation.id

    @property
    def last_message_at(self) -> datetime:
        return self.conversation.last_message_at or self.conversation.created_at

    @property
    def created_at(self) -> datetime:
        return self.conversation.created_at


def page(
    user_id: str, *, filters: dict[str, Any], sort: str, limit: int, cursor: str | None
) -> pagination.Page:
    """Return one page of the conversations that a user takes part in now, and the next page's cursor."""
    query = select(*CONVERSATION_COLUMNS, *PARTICIPANT_COLUMNS).join(_mine, _mine.conversation_id == _row.id)
    query = query.where(_mine.user_id == user_id, _mine.left_seq.is_(None), *_conditions(filters, user_id))
    query = pagination.page(query, sort=sort, sortable=SORTABLE, key=_row.id, limit=limit, cursor=cursor)
    rows = [Listed(Conversation(*row[:_size]), Participant(*row[_size:])) for row in db.fetch_all(query)]
    return pagination.cut(rows, sort=sort, limit=limit)


def all_page(*, filters: dict[str, Any], sort: str, limit: int, cursor: str | None) -> pagination.Page:
    """Return one page of all conversations, for staff, and the next page's cursor."""
    query = select(*CONVERSATION_COLUMNS).where(*_conditions(filters, None))
    query = pagination.page(query, sort=sort, sortable=SORTABLE, key=_row.id, limit=limit, cursor=cursor)
    rows = [Listed(Conversation(*row), None) for row in db.fetch_all(query)]
    return pagination.cut(rows, sort=sort, limit=limit)


def by_words(user_id: str, text: str, limit: int) -> list[Conversation]:
    """Return the newest conversations of a user with a participant or a title that has all words of `text`."""
    other = aliased(ParticipantRow)
    people = select(other.conversation_id).join(*user_queries.owner(other.user_id))
    people = people.where(other.conversation_id == _row.id, search.matches("users.name", text))
    titled = search.matches("coalesce(conversations.title, '')", text)
    mine = (_mine.user_id == user_id, _mine.left_seq.is_(None))
    query = select(*CONVERSATION_COLUMNS).join(_mine, _mine.conversation_id == _row.id)
    query = query.where(*mine, or_(titled, people.exists())).order_by(ACTIVITY.desc()).limit(limit)
    return [Conversation(*row) for row in db.fetch_all(query)]


def direct(key: str) -> str | None:
    """Return the id of the direct conversation of a pair."""
    return _id(_row.direct_key == key)


def of_support(user_id: str) -> str | None:
    """Return the id of a user's conversation with support that is not closed."""
    return _id(_row.owner_id == user_id, _row.kind == SUPPORT, _row.status == OPEN)


def of_deals(user_id: str, deal_ids: Collection[str]) -> dict[str, Listed]:
    """Return the conversations of deals by the ids of the deals, with the user's place in each."""
    places = and_(_mine.conversation_id == _row.id, _mine.user_id == user_id)
    query = select(*CONVERSATION_COLUMNS, *PARTICIPANT_COLUMNS).outerjoin(_mine, places)
    rows = db.fetch_all(query.where(among(_row.deal_id, deal_ids), _row.kind == DEAL))
    return {
        row.deal_id: Listed(Conversation(*row[:_size]), Participant(*row[_size:]) if row[_size] else None)
        for row in rows
    }


def last_message_ids(listed: Sequence[Listed]) -> list[str]:
    """Return the ids of the newest messages that users see in their conversations."""
    newest = [(each.id, seq) for each in listed if (seq := _last_seq(each))]
    pair = tuple_(MessageRow.conversation_id, MessageRow.seq)
    return [row.id for row in db.fetch_all(select(MessageRow.id).where(pair.in_(newest)))] if newest else []


def begun(user_id: str) -> tuple[int, int]:
    """Return how many direct conversations a user has begun in 24 hours, and how many recent ones have no answer."""
    moment, other = now(), aliased(MessageRow)
    answered = exists().where(
        other.conversation_id == _row.id, other.sender_id.is_not(None), other.sender_id != user_id
    )
    recent = _row.created_at > moment - timedelta(days=UNANSWERED_DAYS)
    query = select(
        func.count().filter(_row.created_at > moment - timedelta(days=1)),
        func.count().filter(and_(recent, ~answered)),
    )
    query = query.join(_mine, _mine.conversation_id == _row.id)
    row = db.fetch_one(query.where(_mine.user_id == user_id, _row.owner_id == user_id, _row.kind == DIRECT))
    return (0, 0) if row is None else (row[0], row[1])


def has_message_of(user_id: str, other_id: str) -> bool:
    """Return whether a user has sent a message in any conversation that another one takes part in."""
    theirs = select(_mine.conversation_id).where(_mine.user_id == other_id)
    sent = select(_mine.conversation_id).where(_mine.user_id == user_id)
    found = select(MessageRow.id).where(MessageRow.sender_id == user_id)
    both = and_(MessageRow.conversation_id.in_(theirs), MessageRow.conversation_id.in_(sent))
    groups = select(_row.id).where(_row.kind == GROUP)
    query = found.where(both, MessageRow.conversation_id.not_in(groups))
    return bool(db.fetch_value(select(query.exists())))


def _id(*conditions: ColumnElement[bool]) -> str | None:
    found = db.fetch_value(select(_row.id).where(*conditions))
    return None if found is None else str(found)


def _last_seq(listed: Listed) -> int:
    """Return the `seq` of the newest message that the user sees, 0 if there is none."""
    mine = listed.mine
    if mine is None:
        return 0
    seq = mine.last_visible(listed.conversation.last_seq)
    return seq if seq > mine.hidden_seq else 0


def _conditions(filters: dict[str, Any], user_id: str | None) -> list[ColumnElement[bool]]:
    conditions: dict[str, Any] = {
        "kind": _row.kind.in_,
        "status": lambda value: _row.status == value,
        "deal_id": lambda value: _row.deal_id == value,
        "archived": _mine.archived.is_,
        "unread": exists().where(*unread_queries.is_unread(user_id, _mine.read_seq)).is_,
        "q": lambda value: _named(value, user_id),
        "participant_id": _with,
        "assignee_id": lambda value: _row.assignee_id == value,
    }
    return [conditions[name](value) for name, value in filters.items()]


def _named(text: str, user_id: str | None) -> ColumnElement[bool]:
    """Return the condition that a title, or the name of another participant as others see it, contains `text`."""
    other, name = aliased(ParticipantRow), user_queries.NAME
    shown = case((user_queries.ROLE.in_(PARTNERS), name), else_=func.split_part(name, " ", 1))
    people = select(other.id).join(*user_queries.owner(other.user_id))
    people = people.where(other.conversation_id == _row.id, _contains(shown, text))
    if user_id is not None:
        people = people.where(other.user_id != user_id)
    return or_(_contains(_row.title, text), people.exists())


def _contains(column: Any, text: str) -> ColumnElement[bool]:
    """Return the condition that a column contains `text`. PostgreSQL lowers both: Python folds ß and İ differently."""
    return func.strpos(func.lower(column), func.lower(text)) > 0


def _with(user_id: str) -> ColumnElement[bool]:
    other = aliased(ParticipantRow)
    return exists().where(other.conversation_id == _row.id, other.user_id == user_id)
