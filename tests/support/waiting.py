"""Helpers of the real-time tests: waiting for conditions, and recording numbered events."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import gevent
import pytest
import socketio
from sqlalchemy import text

from metaia.core import db
from metaia.core.ids import new_id
from metaia.core.times import now, rfc3339
from metaia.realtime import events
from metaia.realtime.log import relay
from metaia.realtime.log import store as log_store
from metaia.realtime.log.feed import Feed
from metaia.realtime.log.leader import LOCK
from tests.support.people import WAIT, Person, Socket

LEADERS = text(
    "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted AND objid = :key"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


def until(true: Callable[[], Any], what: str = "") -> Any:
    """Wait until `true()` returns something true, and return it."""
    deadline = time.monotonic() + WAIT
    while not (found := true()):
        assert time.monotonic() < deadline, f"waited in vain: {what or true}"
        gevent.sleep(0.005)
    return found


def caught_up(feed: Feed) -> None:
    """Wait until everything committed is in the log, and this process has followed it."""
    until(lambda: db.fetch_value(text("SELECT count(*) FROM outbox WHERE kind = 'event'")) == 0, "the relay")
    until(lambda: feed.head.position == log_store.head().position, "the feed")


@contextmanager
def relay_paused() -> Iterator[None]:
    """Keep in the outbox what is committed meanwhile."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(relay, "move", lambda _: [])
        yield


def record(person: Person | str, number: int, thread: str | None = None) -> None:
    """Record a numbered event for one person (or room), in the running transaction; in the `thread` of a deal."""
    room = person if isinstance(person, str) else f"user-{person.id}"
    payload: dict[str, Any] = {
        "id": new_id(),
        "type": "test",
        "title": "A test",
        "message": "",
        "data": {"number": number},
        "actions": [],
        "createdAt": rfc3339(now()),
    }
    ref = f"message:{number}" if thread else None
    events.record("notification.created", payload, audience=[room], thread=thread, ref=ref)


def send_numbered(person: Person | str, *numbers: int) -> None:
    """Commit numbered events for one person (or room), together."""
    with db.transaction():
        for number in numbers:
            record(person, number)


def send_one_by_one(person: Person, numbers: Iterable[int]) -> None:
    """Commit numbered events one by one, letting other greenlets run between them."""
    for number in numbers:
        send_numbered(person, number)
        gevent.sleep(0)


def numbers(received: Socket | list[dict[str, Any]]) -> list[int]:
    """Return the numbers of the events that a socket received, or of a list of events."""
    found = received.of("new_notification") if isinstance(received, Socket) else received
    return [event["data"]["number"] for event in found if "number" in event["data"]]


def leaders() -> list[int]:
    """Return the PostgreSQL process ids of the relays that lead: one or none."""
    return [row.pid for row in db.fetch_all(LEADERS, {"key": LOCK})]


def refused(url: str, **connect: Any) -> dict[str, Any]:
    """Try to connect, and return the error that the refused client gets."""
    errors: list[dict[str, Any]] = []
    client = socketio.Client(reconnection=False)
    client.on("connect_error", lambda data=None: errors.append(data))
    try:
        client.connect(url, transports=["websocket"], wait_timeout=WAIT, **connect)
    except socketio.exceptions.ConnectionError:
        return errors[0]
    finally:
        client.disconnect()
    raise AssertionError("the server let the client in")
