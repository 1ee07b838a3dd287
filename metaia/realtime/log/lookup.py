"""Events of the log by their positions, for consumers that keep positions instead of events."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime

from sqlalchemy import func, select

from metaia.core import db
from metaia.core.db import AnyRow
from metaia.core.db.expressions import among
from metaia.realtime.log import store as log_store
from metaia.realtime.log.models import EventAudience, EventLog, LogDay, LogHead

# Columns of the one row of the head, for the selects of consumers.
HEAD_EPOCH, HEAD_POSITION = LogHead.epoch, LogHead.position


def events_in_room(position: int, room: str) -> AnyRow | None:
    """Return the event at a position: its type, payload and time. None if it is not there, or not for the room."""
    same = (EventAudience.position == EventLog.position) & (EventAudience.day == EventLog.day)
    query = select(EventLog.id, EventLog.type, EventLog.payload, EventLog.created_at).join(
        EventAudience, same
    )
    return db.fetch_one(
        query.where(
            EventLog.position == position,
            EventLog.day >= log_store.day_of(position),
            EventAudience.position == position,
            EventAudience.room == room,
        )
    )


def subjects(positions: Collection[int]) -> Mapping[int, str | None]:
    """Return the subjects of the events at these positions."""
    if not positions:
        return {}
    since = log_store.day_of(min(positions))
    query = select(EventLog.position, EventLog.subject)
    rows = db.fetch_all(query.where(EventLog.day >= since, among(EventLog.position, positions)))
    return {row.position: row.subject for row in rows}


def first_since(moment: datetime) -> int | None:
    """Return a position before which no event was recorded at `moment` or later; None if all are newer or older."""
    query = select(func.min(LogDay.first_position)).where(LogDay.day >= _day(moment))
    found = db.fetch_value(query)
    return None if found is None else int(found)


def _day(moment: datetime) -> date:
    return log_store.utc_day(moment)
