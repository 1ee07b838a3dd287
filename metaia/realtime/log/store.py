"""The event log: reading pages of it, and creating and dropping its partitions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from metaia.core import db
from metaia.core.db import AnyRow
from metaia.core.times import now, rfc3339
from metaia.realtime.log.models import EventAudience, EventLog, LogDay, LogHead

PAGE = 500
NEAR = 200  # positions around an event that hold the other events of its request, which move in one batch
UUID_PATTERN = (
    "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"  # ids of users; commands have others
)
_DAYS_AHEAD = 2


@dataclass(frozen=True, slots=True)
class Event:
    """An event at its position in the log."""

    position: int
    id: str
    type: str
    payload: dict[str, Any]
    audience: tuple[str, ...]
    created_at: str


@dataclass(frozen=True, slots=True)
class Act:
    """An event that a user has caused, as far as it shows what the user acted on."""

    position: int
    actor: str
    subject: str
    request_id: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Head:
    """The last position of the log, in its epoch."""

    epoch: str
    position: int

    def cursor(self, position: int | None = None) -> str:
        """Return the opaque cursor of `position` (default: of the head)."""
        return f"{self.epoch}.{self.position if position is None else position}"

    def resume(self, cursor: str, first_kept: int) -> int | None:
        """Return the position of `cursor`.

        None if a client cannot resume from it: it is from another epoch, forged, or older than `first_kept`.
        """
        epoch, _, digits = cursor.partition(".")
        if epoch != self.epoch or not digits.isascii() or not digits.isdigit() or len(digits) > 18:
            return None
        position = int(digits)
        return position if first_kept - 1 <= position <= self.position else None


# Characters. Ours have 20; those of a log in several parts would have more, and begin with `c2:`, which no epoch does.
LONGEST_CURSOR = 512
_columns = (EventLog.position, EventLog.id, EventLog.type, EventLog.payload, EventLog.created_at)


def head() -> Head:
    """Return the current head of the log. Raises LookupError if migrations have not run."""
    row = db.fetch_one(select(LogHead.epoch, LogHead.position))
    if row is None:
        raise LookupError("the event log has no head: migrations have not run")
    return Head(row.epoch, row.position)


def days() -> dict[date, int]:
    """Return the first position of each kept day, oldest first."""
    rows = db.fetch_all(select(LogDay.day, LogDay.first_position).order_by(LogDay.day))
    return {row.day: row.first_position for row in rows}


def first_kept(kept: dict[date, int]) -> int:
    """Return the oldest position that can still be read."""
    return min(kept.values(), default=1)


def page(after: int, upto: int, *, rooms: Sequence[str] | None = None, limit: int = PAGE) -> list[Event]:
    """Return up to `limit` events with `after < position <= upto`, in order; only those for `rooms` if given."""
    since = day_of(after + 1)
    query = select(*_columns).where(
        EventLog.position > after, EventLog.position <= upto, EventLog.day >= since
    )
    if rooms is not None:
        addressed = select(EventAudience.position, EventAudience.day).where(
            EventAudience.room.in_(rooms),
            EventAudience.position > after,
            EventAudience.position <= upto,
            EventAudience.day >= since,
        )
        chosen = addressed.distinct().order_by(EventAudience.position).limit(limit).subquery()
        query = query.join(chosen, (chosen.c.position == EventLog.position) & (chosen.c.day == EventLog.day))
    return _events(db.fetch_all(query.order_by(EventLog.position).limit(limit)), with_audience=rooms is None)


def acts(after: int, upto: int, *, without: str, limit: int = PAGE) -> list[Act]:
    """Return up to `limit` acts with `after < position <= upto`, in order, without event types LIKE `without`."""
    columns = [EventLog.position, EventLog.actor, EventLog.subject, EventLog.request_id, EventLog.created_at]
    query = select(*columns).where(
        EventLog.position > after,
        EventLog.position <= upto,
        EventLog.day >= day_of(after + 1),
        EventLog.actor.regexp_match(UUID_PATTERN),
        EventLog.subject.is_not(None),
        EventLog.type.not_like(without),
    )
    return [Act(*row) for row in db.fetch_all(query.order_by(EventLog.position).limit(limit))]


def day_of(position: int) -> date:
    """Return the first day that can hold `position`: older partitions need not be searched."""
    return max((day for day, first in days().items() if first <= position), default=date.min)


def utc_day(moment: datetime) -> date:
    """Return the day of a moment in the log, which has the days of UTC; PostgreSQL's answers are in another zone."""
    return moment.astimezone(UTC).date()


def events_of_request(room: str, item: str, at: datetime, request_id: str | None) -> list[AnyRow]:
    """Return the events of one request: the one to `room` about the item with the id `item`, and those near it.

    `at` is about when that event was recorded. The list is empty if it is not in the log, or no longer.
    """
    days = [utc_day(at) + timedelta(days=number) for number in (-1, 0, 1)]
    addressed = select(EventAudience.position).where(EventAudience.room == room, EventAudience.day.in_(days))
    known = select(EventLog.__table__).where(EventLog.day.in_(days))
    own = db.fetch_one(
        known.where(EventLog.position.in_(addressed), EventLog.payload["id"].as_string() == item)
    )
    if own is None or request_id is None:
        return [] if own is None else [own]
    near = EventLog.position.between(own.position - NEAR, own.position + NEAR)
    return db.fetch_all(known.where(near, EventLog.request_id == request_id).order_by(EventLog.position))


def _events(rows: Sequence[AnyRow], *, with_audience: bool) -> list[Event]:
    found = audiences(row.position for row in rows) if with_audience and rows else {}
    return [
        Event(r.position, r.id, r.type, r.payload, found.get(r.position, ()), rfc3339(r.created_at) or "")
        for r in rows
    ]


def audiences(positions: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """Return the rooms of the events at these positions."""
    rows = db.fetch_all(
        select(EventAudience.position, func.array_agg(EventAudience.room))
        .where(EventAudience.position.in_(list(positions)))
        .group_by(EventAudience.position)
    )
    return {position: tuple(rooms) for position, rooms in rows}


def open_days(today: date) -> None:
    """Create the partitions of today and the next days, if they do not exist. For the relay's leader only."""
    for offset in range(_DAYS_AHEAD + 1):
        day = today + timedelta(days=offset)
        for table in (EventLog, EventAudience):
            name = f"{table.__tablename__}_{day:%Y%m%d}"
            db.ddl(
                f"CREATE TABLE IF NOT EXISTS {name} PARTITION OF {table.__tablename__} "
                f"FOR VALUES FROM ('{day}') TO ('{day + timedelta(days=1)}')"
            )


def prune(keep_days: int) -> list[date]:
    """Drop the partitions of days older than `keep_days`; return those days. Clients with older cursors must resync.

    The newest day always stays: its first position distinguishes an old cursor from one that has missed nothing.
    """
    limit = now().date() - timedelta(days=keep_days)
    old = [day for day in list(days())[:-1] if day < limit]
    for day in old:
        for table in (EventLog, EventAudience):
            db.ddl(f"DROP TABLE IF EXISTS {table.__tablename__}_{day:%Y%m%d}")
        db.execute(LogDay.__table__.delete().where(LogDay.day == day))  # type: ignore[attr-defined]
    return old
