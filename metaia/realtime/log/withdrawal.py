"""Rooms that lose the right to earlier events: these events leave their replays, live memory included."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from marshmallow import fields
from sqlalchemy import delete, func, select, update

from metaia.core import db, outbox
from metaia.core.db.expressions import among
from metaia.core.http.fields import Schema
from metaia.core.outbox import Outbox
from metaia.realtime.catalogue import EventType
from metaia.realtime.log import store as log_store
from metaia.realtime.log.models import EventAudience, EventLog

WITHDRAWN = "log.withdrawn"


class Withdrawn(Schema):
    """`log.withdrawn`: a room is no longer in the audience of the events of some types that name an item."""

    room = fields.String(required=True)
    item = fields.String(required=True)
    types = fields.List(fields.String(), required=True)


EVENT = EventType(
    WITHDRAWN, None, Withdrawn, "A room lost the right to earlier events.", "METAIA's own processes"
)


def withdraw(room: str, *, subject: str, item: str, types: Sequence[str], since: datetime) -> None:
    """Remove `room` from the audience of all events of these types about `subject`, in the running transaction.

    `item` is an id that their payloads name, and `since` is when the subject was created. An event that this
    transaction records is not affected. No other transaction may record such an event at the same time: lock a row that
    all of them lock or guard by its version.
    """
    # The outbox first: an event that has left it before this statement is in the log for the next one.
    waiting = (Outbox.kind == "event", Outbox.subject == subject, among(Outbox.type, types))
    db.execute(
        update(Outbox)
        .where(*waiting, Outbox.audience.contains([room]))
        .values(audience=func.array_remove(Outbox.audience, room))
    )
    day = log_store.utc_day(since) - timedelta(days=1)  # the clock that the log's days are from may be behind
    same = (EventAudience.position == EventLog.position) & (EventAudience.day == EventLog.day)
    about = select(EventLog.position).where(same, EventLog.subject == subject, among(EventLog.type, types))
    logged = (EventAudience.room == room, EventAudience.day >= day, about.exists())
    db.execute(delete(EventAudience).where(*logged))
    outbox.add("event", "log.withdrawn", {"room": room, "item": item, "types": list(types)})
