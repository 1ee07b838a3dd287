"""Search in the event log, newest first. The log has no index but its positions, so a page examines a bounded part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select

from metaia.core import db
from metaia.core.db import AnyRow
from metaia.core.errors import Invalid
from metaia.realtime.catalogue import EVENTS
from metaia.realtime.log import store as log_store
from metaia.realtime.log.models import EventAudience, EventLog
from metaia.realtime.log.store import Head

MOST_EXAMINED = 50_000  # events that one page looks at
MOST_OF_ROOM = 5_000  # events of one room that one page looks at
# `to` finds the events that were moved into the log at most so long after they were recorded.
LATE = timedelta(days=1)


@dataclass(frozen=True)
class Found:
    """One page of the log. `following` is the position before which the next page begins, None on the last page."""

    rows: Sequence[AnyRow]
    rooms: Mapping[int, tuple[str, ...]]
    head: Head
    following: int | None


def page(filters: Mapping[str, Any], *, limit: int, cursor: str | None) -> Found:
    """Return the newest events before `cursor` that match `filters`.

    A page may have fewer rows than `limit`, or none, and still be followed by another: it ends after the events that it
    may examine. Raises Invalid for a cursor that is not one of this log.
    """
    head, days = log_store.head(), log_store.days()
    first, last = _bounds(filters, head, days, cursor)
    chosen = _of_room(filters["room"], first, last) if "room" in filters else None
    stop = max(first, last - MOST_EXAMINED + 1) if chosen is None else first
    day = max((day for day, at in days.items() if at <= stop), default=date.min)
    query = select(EventLog.__table__).where(EventLog.day >= day, EventLog.position.between(stop, last))
    if chosen is not None:
        query = query.join(chosen, (chosen.c.position == EventLog.position) & (chosen.c.day == EventLog.day))
    query = query.where(*_conditions(filters)).order_by(EventLog.position.desc()).limit(limit + 1)
    rows = db.fetch_all(query)
    if len(rows) > limit:
        following: int | None = rows[limit - 1].position
    else:
        following = stop if chosen is None else _oldest(chosen)
    more = following is not None and following > first
    rooms = log_store.audiences(row.position for row in rows[:limit])
    return Found(rows[:limit], rooms, head, following if more else None)


def after(filters: Mapping[str, Any], *, limit: int, cursor: str) -> Found:
    """Return the oldest events after `cursor` that match `filters`, oldest first.

    `following` is the position up to which the log was examined: the next page begins after it. Raises Invalid for a
    cursor that is not one of this log.
    """
    head, days = log_store.head(), log_store.days()
    position = head.resume(cursor, min(days.values(), default=1))
    if position is None:
        raise Invalid(details={"after": ["Not a cursor of this log."]})
    first, last = _bounds(filters, head, days, None)
    start = max(first, position + 1)
    stop = min(last, start + MOST_EXAMINED - 1)
    day = max((day for day, at in days.items() if at <= start), default=date.min)
    query = select(EventLog.__table__).where(EventLog.day >= day, EventLog.position.between(start, stop))
    if "room" in filters:
        same = (EventAudience.position == EventLog.position) & (EventAudience.day == EventLog.day)
        query = query.join(EventAudience, same).where(
            EventAudience.room == filters["room"], EventAudience.position.between(start, stop)
        )
    rows = db.fetch_all(query.where(*_conditions(filters)).order_by(EventLog.position).limit(limit))
    examined = rows[-1].position if len(rows) == limit else max(position, stop)
    return Found(rows, log_store.audiences(row.position for row in rows), head, examined)


def _bounds(
    filters: Mapping[str, Any], head: Head, days: Mapping[date, int], cursor: str | None
) -> tuple[int, int]:
    """Return the first and the last position that may match. Raises Invalid."""
    first, last = min(days.values(), default=1), head.position
    if cursor is not None:
        position = head.resume(cursor, first)
        if position is None:
            raise Invalid(details={"cursor": ["Not a cursor of this log."]})
        last = position - 1
    if "from_" in filters:
        first = min((at for day, at in days.items() if day >= filters["from_"].date()), default=last + 1)
    if "to" in filters:
        end = filters["to"].date() + LATE
        last = min((last, *(at - 1 for day, at in days.items() if day > end)))
    return first, last


def _of_room(room: str, first: int, last: int) -> Any:
    """Return (position, day) of the newest events of a room, at most MOST_OF_ROOM, as a subquery."""
    query = select(EventAudience.position, EventAudience.day).where(
        EventAudience.room == room, EventAudience.position.between(first, last)
    )
    return query.order_by(EventAudience.position.desc()).limit(MOST_OF_ROOM).subquery()


def _oldest(chosen: Any) -> int | None:
    """Return the oldest position of a subquery, None if it has all events of the room."""
    row = db.fetch_one(select(func.min(chosen.c.position).label("oldest"), func.count().label("number")))
    return row.oldest if row is not None and row.number == MOST_OF_ROOM else None


def _conditions(filters: Mapping[str, Any]) -> list[ColumnElement[bool]]:
    conditions: dict[str, Any] = {
        "type": lambda value: EventLog.type.in_(_types(value)),
        "subject": lambda value: EventLog.subject == value,
        "actor": lambda value: EventLog.actor == value,
        "request_id": lambda value: EventLog.request_id == value,
        "from_": lambda value: EventLog.created_at >= value,
        "to": lambda value: EventLog.created_at < value,
    }
    return [conditions[name](value) for name, value in filters.items() if name in conditions]


def _types(name: str) -> list[str]:
    """Return the event types that a filter means: the type itself, or all with this name for clients."""
    return [name, *(kind.name for kind in EVENTS.current().values() if kind.wire == name)]
