"""Everything that is kept about somebody, as one JSON document, written page by page: it may be long."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import orjson

from metaia.auth.sessions import queries as session_queries
from metaia.core import db
from metaia.core.access.actor import Actor, require_own
from metaia.core.audit import log as audit_log
from metaia.core.errors import NotFound
from metaia.core.times import rfc3339
from metaia.notifications import queries as notification_queries
from metaia.notifications.devices.schemas import present as device
from metaia.notifications.preferences.schemas import chosen
from metaia.notifications.schemas import present as notification
from metaia.users import presenters as user_presenters
from metaia.users import queries as user_queries

Json = dict[str, Any]
Page = tuple[Sequence[Any], str | None]  # rows, and the cursor of the next page
LIMIT = 100  # rows a page

_parts: dict[str, Callable[[Actor], Iterator[list[Json]]]] = {}


def part(name: str, pages: Callable[[Actor], Iterator[list[Json]]]) -> None:
    """Let a domain add a list `name`: what it keeps about a user, a page at a time."""
    _parts[name] = pages


def begin(actor: Actor) -> Iterator[bytes]:
    """Note that somebody takes their data along; return the document in pieces. Raises Forbidden for staff who look."""
    require_own(actor)
    person = user_queries.by_id(actor.id)
    if person is None:
        raise NotFound
    with db.transaction():
        audit_log.record("account.exported", subject=f"user-{actor.id}")
    return _document(actor, user_presenters.user(person))


def each(fetch: Callable[[str | None], Page]) -> Iterator[Sequence[Any]]:
    """Yield all pages of a list, one after the other; `fetch` gets the cursor."""
    rows, cursor = fetch(None)
    yield rows
    while cursor is not None:
        rows, cursor = fetch(cursor)
        yield rows


def _document(actor: Actor, account: Json) -> Iterator[bytes]:
    yield b'{"status":"success","data":{"export":{"account":' + orjson.dumps(account)
    for name, pages in _parts.items():
        yield b"," + orjson.dumps(name) + b":["
        separator = b""
        for page in pages(actor):
            if page:
                yield separator + orjson.dumps(page)[1:-1]
                separator = b","
        yield b"]"
    yield b"}}}"


def _sessions(actor: Actor) -> Iterator[list[Json]]:
    for rows in each(lambda cursor: session_queries.sessions_page(actor.id, LIMIT, cursor)):
        yield [_session(row) for row in rows]


def _session(row: Any) -> Json:
    return {
        "id": row.id,
        "device": row.device,
        "address": row.address,
        "createdAt": rfc3339(row.created_at),
        "usedAt": rfc3339(row.used_at),
        "endedAt": rfc3339(row.ended_at),
        "endedBecause": row.ended_because,
    }


def _notifications(actor: Actor) -> Iterator[list[Json]]:
    def fetch(cursor: str | None) -> Page:
        return notification_queries.page(actor.id, filters={}, sort="createdAt", limit=LIMIT, cursor=cursor)

    for rows in each(fetch):
        yield [notification(row) for row in rows]


def _devices(actor: Actor) -> Iterator[list[Json]]:
    yield [device(row) for row in notification_queries.devices_of(actor.id)]


def _preferences(actor: Actor) -> Iterator[list[Json]]:
    yield [chosen(notification_queries.preferences(actor.id)[0])]


part("sessions", _sessions)
part("notifications", _notifications)
part("notificationPreferences", _preferences)
part("devices", _devices)
