"""The JSON of logged events and of their types."""

from __future__ import annotations

from typing import Any

from metaia.core.http.presenters import presenter
from metaia.core.json import Json
from metaia.realtime.catalogue import EVENTS, EventType
from metaia.realtime.log.search import Found
from metaia.system.event_log.policy import without_personal
from metaia.system.event_log.schemas import EventTypeOut, LoggedEvent

_event = presenter(LoggedEvent, rename={"event_id": "id"}, without=["cursor", "wire", "rooms", "payload"])
event_type = presenter(EventTypeOut, rename={"type": "name"}, without=["properties"])


def events(found: Found, *, reveal: bool) -> list[Json]:
    """Return the events of a page, in the order of its rows; with `reveal` as they were recorded."""
    types = EVENTS.current()
    return [
        _event(row)
        | {
            "cursor": found.head.cursor(row.position),
            "wire": types[row.type].wire if row.type in types else None,
            "rooms": list(found.rooms.get(row.position, ())),
            "payload": row.payload if reveal else without_personal(row.payload),
        }
        for row in found.rows
    ]


def cursor(found: Found, position: int | None) -> str | None:
    """Return the cursor of a position, None without one."""
    return None if position is None else found.head.cursor(position)


def types() -> list[Json]:
    """Return the types of events that processes record, by name."""
    return [_type(each) for _, each in sorted(EVENTS.current().items())]


def _type(each: EventType) -> Json:
    schema: Any = each.schema()
    return event_type(each) | {"properties": sorted(field.data_key for field in schema.fields.values())}
