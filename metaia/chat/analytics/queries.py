"""Selects that count conversations, messages and the time until they are answered, by period.

A period is a day or a week, written as its first day in a time zone; None is the whole time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Date, and_, cast, func, literal, select, tuple_
from sqlalchemy.orm import aliased

from metaia.chat.fields import SYSTEM
from metaia.chat.models import ConversationRow, MessageRow, ParticipantRow
from metaia.chat.state import GROUP
from metaia.core import db
from metaia.core.access.permissions import CUSTOMER
from metaia.core.db import AnyRow

SOON = 300  # seconds
_conversation, _message, _mine = ConversationRow, MessageRow, ParticipantRow
Rows = dict[date | None, AnyRow]  # by period


@dataclass(frozen=True, slots=True)
class Time:
    """From `first` on and before `last`, by `unit` (day, week) in the time zone `zone`; without `user_id` of all."""

    first: datetime
    last: datetime
    unit: str
    zone: str
    user_id: str | None

    def within(self, column: Any) -> ColumnElement[bool]:
        """Return the condition that a time is in it."""
        return and_(column >= self.first, column < self.last)

    def period(self, column: Any) -> ColumnElement[Any]:
        """Return the period of a time."""
        local = func.timezone(literal(self.zone), column)
        return cast(func.date_trunc(literal(self.unit), local), Date)


def opened(time: Time) -> Rows:
    """Return how many conversations were opened."""
    query = select(func.count().label("opened")).where(*_of_user(time, _conversation.id))
    return _by_period(time, query, _conversation.created_at)


def messages(time: Time) -> Rows:
    """Return how many conversations were active, and the number of messages to and from the user.

    Of all users: from customers, and from others.
    """
    row = _message
    out = row.sender_role != CUSTOMER if time.user_id is None else row.sender_id == time.user_id
    query = select(
        func.count(row.conversation_id.distinct()).label("active"),
        func.count().filter(~out).label("received"),
        func.count().filter(out).label("sent"),
    )
    query = query.join(_conversation, _conversation.id == row.conversation_id)
    query = query.where(row.kind != SYSTEM, *_of_user(time, row.conversation_id))
    return _by_period(time, query, row.created_at)


def responses(time: Time, *, first: bool) -> Rows:
    """Return how soon messages were answered: number, median, p90, and how many within SOON.

    With `first`, only the first answers in their conversations count.
    """
    row, earlier = _message, aliased(MessageRow)
    seconds = row.response_seconds
    query = select(
        func.count().label("number"),
        func.percentile_cont(0.5).within_group(seconds).label("median"),
        func.percentile_cont(0.9).within_group(seconds).label("p90"),
        func.count().filter(seconds <= SOON).label("soon"),
    ).where(seconds.is_not(None))
    query = query.where(
        row.sender_role != CUSTOMER if time.user_id is None else row.sender_id == time.user_id
    )
    if first:
        before = select(literal(1)).where(
            earlier.conversation_id == row.conversation_id,
            earlier.seq < row.seq,
            earlier.sender_id == row.sender_id,
            earlier.response_seconds.is_not(None),
        )
        query = query.where(~before.exists())
    return _by_period(time, query, row.created_at)


def unanswered(time: Time) -> Rows:
    """Return in how many conversations the user has not answered a message of that time; of all users without one."""
    row = _conversation
    waiting = row.waiting_for.is_not(None) if time.user_id is None else row.waiting_for == time.user_id
    return _by_period(time, select(func.count().label("unanswered")).where(waiting), row.waiting_since)


def _of_user(time: Time, conversation_id: Any) -> list[ColumnElement[bool]]:
    """Return the conditions of a user's conversations; groups do not count, because nothing there asks one user."""
    conditions: list[ColumnElement[bool]] = [_conversation.kind != GROUP]
    if time.user_id is not None:
        mine = select(_mine.conversation_id).where(_mine.user_id == time.user_id)
        conditions.append(conversation_id.in_(mine))
    return conditions


def _by_period(time: Time, query: Any, column: Any) -> Rows:
    period = time.period(column).label("period")
    query = query.add_columns(period).where(time.within(column))
    grouped = query.group_by(func.grouping_sets(tuple_(period), tuple_()))
    return {row.period: row for row in db.fetch_all(grouped)}
