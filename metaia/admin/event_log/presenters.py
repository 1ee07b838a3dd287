"""The JSON of logged events."""

from __future__ import annotations

from metaia.admin.event_log.schemas import LoggedEvent
from metaia.core.http.presenters import presenter
from metaia.core.json import Json
from metaia.realtime.catalogue import EVENTS
from metaia.realtime.log.search import Found

_event = presenter(LoggedEvent, rename={"event_id": "id"}, without=["cursor", "wire", "rooms"])


def events(found: Found) -> list[Json]:
    """Return the events of a page, newest first."""
    types = EVENTS.current()
    return [
        _event(row)
        | {
            "cursor": found.head.cursor(row.position),
            "wire": types[row.type].wire if row.type in types else None,
            "rooms": list(found.rooms.get(row.position, ())),
        }
        for row in found.rows
    ]


def next_cursor(found: Found) -> str | None:
    """Return the cursor of the next page, None on the last one."""
    return None if found.following is None else found.head.cursor(found.following)
