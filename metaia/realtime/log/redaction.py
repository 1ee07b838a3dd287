"""Deleted texts leave the log: its rows, the outbox, the memory of every process; and the answers to repeated requests.

Each copy of a text is in an object with the id of what was deleted: the thing itself, the last one of a
list, or a quoted one.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import orjson
from marshmallow import fields
from sqlalchemy import ColumnElement, Text, bindparam, cast, func, select, update

from metaia.core import db, outbox
from metaia.core.db import AnyRow
from metaia.core.http.content import stored_answers
from metaia.core.http.fields import Schema
from metaia.core.outbox import Outbox
from metaia.realtime.catalogue import EventType, Payload
from metaia.realtime.log import store as log_store
from metaia.realtime.log.models import EventAudience, EventLog

REDACTED = "log.redacted"
# Values of those keys that there are.
BLANK: dict[str, Any] = {"text": None, "attachments": [], "excerpt": None, "reply": None, "deleted": True}


class Redacted(Schema):
    """`log.redacted`: the text of an item was deleted."""

    room = fields.String(required=True)
    item = fields.String(required=True)
    keys = fields.List(fields.String())


EVENT = EventType(
    REDACTED, None, Redacted, "A text was deleted from the events of a room.", "METAIA's own processes"
)


def redact(
    room: str, item: str, at: datetime, user_ids: Collection[str], keys: Collection[str] = BLANK.keys()
) -> None:
    """Delete the text of the object with the id `item` from all events of `room`, and from answers stored for users.

    `keys` are the parts of the object that are deleted: all of `BLANK`, unless another part stays.
    It belongs to the running transaction. `at` is when the object was created. `user_ids` are all users that answers
    have shown it to. No event and no answer that has the text may be recorded at the same time: lock a row that all
    those transactions lock. Reads the room's events and the users' answers since then.
    """
    # Before the outbox: the relay waits for its row locks.
    stored_answers.change(user_ids, at, item, partial(blanked, item=item, keys=keys))
    # The outbox first: an event that has left it before this statement is in the log for the next one. The relay waits
    # for an event that is still there.
    waiting = db.fetch_all(
        select(Outbox.id, Outbox.payload)
        .where(Outbox.kind == "event", Outbox.audience.contains([room]), _names(Outbox.payload, item))
        .with_for_update()
    )
    since = log_store.utc_day(at) - timedelta(days=1)  # the clock that the log's days are from may be behind
    same = (EventAudience.position == EventLog.position) & (EventAudience.day == EventLog.day)
    logged = db.fetch_all(
        select(EventLog.position, EventLog.day, EventLog.payload)
        .join(EventAudience, same)
        .where(EventAudience.room == room, EventAudience.day >= since, _names(EventLog.payload, item))
    )
    _update(Outbox, ("id",), waiting, partial(blanked, item=item, keys=keys))
    _update(EventLog, ("position", "day"), logged, partial(blanked, item=item, keys=keys))
    outbox.add("event", "log.redacted", {"room": room, "item": item, "keys": sorted(keys)})


def blanked(value: Any, item: str, keys: Collection[str] = BLANK.keys()) -> Any:
    """Return JSON without the text of the object with the id `item`, wherever it is; `keys` are what is deleted."""
    if isinstance(value, list):
        return [blanked(each, item, keys) for each in value]
    if not isinstance(value, dict):
        return value
    found = {key: blanked(each, item, keys) for key, each in value.items()}
    if found.get("id") == item:
        found.update((key, BLANK[key]) for key in keys if key in found)
    return found


def names(payload: Payload, item: str) -> bool:
    """Return whether a payload has the id of an item somewhere; faster than to look for it."""
    return item.encode() in orjson.dumps(payload)


def _names(payload: Any, item: str) -> ColumnElement[bool]:
    return func.strpos(cast(payload, Text), item) > 0


def _update(
    table: Any, key: tuple[str, ...], rows: Iterable[AnyRow], changed: Callable[[Payload], Payload]
) -> None:
    values = [
        {f"of_{name}": getattr(row, name) for name in key} | {"payload": changed(row.payload)} for row in rows
    ]
    if values:
        same = [getattr(table, name) == bindparam(f"of_{name}") for name in key]
        db.execute(update(table.__table__).where(*same), values)
