"""Bodies of messages: the event as the owner of the endpoint sees it."""

from __future__ import annotations

import math
from typing import Any

import orjson
from flask import current_app

from metaia.core.access.actor import Actor
from metaia.core.db import AnyRow
from metaia.core.json import Json
from metaia.core.times import rfc3339
from metaia.realtime.catalogue import EVENTS, view_for
from metaia.realtime.clients.fanout import on_wire
from metaia.realtime.log import lookup
from metaia.realtime.log.store import Event, Head

LONGEST_DATA = 256 * 1024  # bytes
AGEING = "allowedActions"  # what the owner may do changes after the event


class Vanished(Exception):
    """The event is not in the log any more, or not for the owner of the endpoint."""


def of_message(row: AnyRow, head: Head) -> bytes:
    """Return the body of a message with its endpoint and owner (`sending/queries.py`). Raises Vanished."""
    if row.payload is not None:
        return body(row.api_version, row.type, rfc3339(row.created_at), row.payload)
    kind, event = EVENTS.current().get(row.type), lookup.events_in_room(row.position, row.room)
    if event is None or kind is None or str(event.id) != row.event_id:
        raise Vanished
    actor = Actor(row.owner_id, row.role, session_id="", expires=math.inf)
    logged = Event(row.position, row.event_id, row.type, event.payload, (), rfc3339(event.created_at) or "")
    data = without(AGEING, on_wire(logged, view_for(kind, event.payload, actor), head))
    if len(orjson.dumps(data)) > LONGEST_DATA:
        data = {"truncated": True, "href": _href(head.cursor(row.position - 1))}
    more = {"subject": row.subject, "sequence": row.position, "cursor": head.cursor(row.position)}
    return body(row.api_version, row.type, logged.created_at, data, **more)


def body(api_version: str, type_: str, timestamp: str | None, data: Json, **more: Any) -> bytes:
    """Return a body. `more` replaces what belongs to an event of the log, and adds to it."""
    of_event: Json = {"subject": None, "sequence": None, "cursor": None}
    return orjson.dumps(
        {"type": type_, "timestamp": timestamp, "data": data, **of_event, "apiVersion": api_version, **more}
    )


def without(name: str, value: Any) -> Any:
    """Return a JSON value without the fields `name` of all its objects."""
    if isinstance(value, dict):
        return {key: without(name, part) for key, part in value.items() if key != name}
    return [without(name, part) for part in value] if isinstance(value, list) else value


def _href(cursor: str) -> str:
    """Return the address of the one event after a cursor."""
    return f"{current_app.config['PUBLIC_BASE_URL'].rstrip('/')}/api/sync?cursor={cursor}&limit=1"
