"""Catching up: a client that comes with a cursor gets what it missed, then joins its rooms, with no moment between.

Pages are read from the log while this process's own head moves on. The last stretch comes from the feed's memory: from
looking at the head to joining the rooms no greenlet switches, so a live event can neither overtake nor be missed.
"""

from __future__ import annotations

import time
from collections.abc import Iterable

import gevent
import structlog
from gevent.lock import BoundedSemaphore

from metaia.core import db, metrics
from metaia.realtime import runtime
from metaia.realtime.clients import connections
from metaia.realtime.clients.connections import Connection
from metaia.realtime.log import store as log_store
from metaia.realtime.log.feed import Behind, Feed
from metaia.realtime.log.store import Event
from metaia.realtime.runtime import Runtime

MOST_WAITING = 256_000  # bytes that may wait for a client before its next page
WAIT_SECONDS = 10.0  # for the feed to be ready, and for the client's handshake
_reading = BoundedSemaphore(6)  # returning clients must leave connections to requests
logger = structlog.get_logger(__name__)


def admit(connection: Connection, cursor: str | None) -> None:
    """Bring a client up to date from `cursor` (none, or empty: it starts now) and let it into its rooms.

    When that fails the client is disconnected: it comes back with its cursor, and nothing is lost.
    """
    real_time = runtime.current()
    try:
        if _handshaken(connection) and real_time.feed.ready.wait(WAIT_SECONDS):
            _catch_up(real_time, connection, cursor or None)
            return
    except (*db.UNAVAILABLE, Behind) as error:
        logger.warning("replay failed", error=db.describe(error))
    connections.end(connection, "replay_failed")


def _handshaken(connection: Connection) -> bool:
    """Wait until the answer to the client's connect has gone out: no event may come before it."""
    deadline = time.monotonic() + WAIT_SECONDS
    while connection.ready is None and time.monotonic() < deadline:
        gevent.sleep(0)
    return bool(connection.ready)


def _catch_up(real_time: Runtime, connection: Connection, cursor: str | None) -> None:
    feed = real_time.feed
    position, resync = feed.head.position, False
    if cursor is not None:
        found = _resumed(feed, cursor)
        position, resync = (feed.head.position, True) if found is None else (found, False)
    sent = 0
    while (recent := feed.after(position)) is None:
        upto = feed.head.position
        with _reading:
            page = log_store.page(position, upto, rooms=connection.actor.rooms)
        if not connection.ready:
            return
        sent += _send(real_time, connection, page)
        position = page[-1].position if len(page) == log_store.PAGE else upto
        if len(page) == log_store.PAGE:
            _sync(feed, connection, position, sent, complete=False, resync=False)
            if not _wait_for_reader(connection):
                return
    rooms = set(connection.actor.rooms)
    sent += _send(real_time, connection, (event for event in recent if rooms.intersection(event.audience)))
    for room in connection.actor.rooms:
        connection.enter(room)
    _sync(feed, connection, feed.head.position, sent, complete=True, resync=resync)
    _count(sent, resumed=cursor is not None, resync=resync)


def _wait_for_reader(connection: Connection) -> bool:
    """Let a client on a slow line take what it was sent, instead of letting it go; it has as long as live ones have.

    Returns whether it is still there.
    """
    gevent.sleep(0)
    while connection.ready and connection.waiting() > MOST_WAITING:
        gevent.sleep(0.05)
    return bool(connection.ready)


def _resumed(feed: Feed, cursor: str) -> int | None:
    """Return the position to go on from: one that memory still has, or the log."""
    if feed.head.resume(cursor, first_kept=1) is None:
        feed.reach(cursor)
    position = feed.head.resume(cursor, first_kept=1)
    if position is None or feed.after(position) is not None:
        return position
    return feed.head.resume(cursor, log_store.first_kept(log_store.days()))


def _send(real_time: Runtime, connection: Connection, events: Iterable[Event]) -> int:
    head = real_time.feed.head
    return sum(
        connection.deliver(kind, event, head) for event in events if (kind := real_time.kind_on_wire(event))
    )


def _sync(
    feed: Feed, connection: Connection, position: int, sent: int, *, complete: bool, resync: bool
) -> None:
    connection.sync(
        {"cursor": feed.head.cursor(position), "replayed": sent, "complete": complete, "resync": resync}
    )


def _count(sent: int, *, resumed: bool, resync: bool) -> None:
    metrics.replayed.update(clients=int(resumed), events=sent, resyncs=int(resync))
