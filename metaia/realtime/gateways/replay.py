"""Catching up: a client with a cursor first gets the events it missed, and then joins its rooms without a gap.

Pages are read from the log while this process's own head moves on. The last stretch comes from the feed's memory: no
greenlet switches between reading the head and joining the rooms, so a live event can neither overtake a missed one nor
be lost.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import replace

import gevent
import structlog
from gevent.lock import BoundedSemaphore

from metaia.core import db, metrics
from metaia.realtime import memberships, runtime
from metaia.realtime.clients import connections
from metaia.realtime.clients.connections import Connection
from metaia.realtime.gateways import requested_rooms
from metaia.realtime.gateways.resuming import Start
from metaia.realtime.log import store as log_store
from metaia.realtime.log.feed import Behind, Feed
from metaia.realtime.log.store import Event
from metaia.realtime.runtime import Runtime

MAX_BUFFERED = 256_000  # bytes; above it, a client gets no further page
MOST_BEGINNINGS = 5  # of a client without a usable cursor
WAIT_SECONDS = 10.0  # for the feed to be ready, and for the client's handshake
_page_reads = BoundedSemaphore(6)  # so that replays leave database connections to requests
logger = structlog.get_logger(__name__)


class Newer(Exception):
    """A replay has reached an event of a newer release, at `position`, after `sent` others."""

    def __init__(self, position: int, sent: int) -> None:
        super().__init__(position)
        self.position, self.sent = position, sent


def catch_up_and_join(connection: Connection, start: Start) -> None:
    """Send a client what it missed since `start`, and put it into its rooms.

    If that fails, the client is disconnected: it reconnects with its cursor, and nothing is lost.
    """
    real_time = runtime.current()
    try:
        if _handshake_done(connection) and real_time.feed.ready.wait(WAIT_SECONDS):
            with real_time.memberships.catching_up(connection), requested_rooms.restored(connection):
                _catch_up(real_time, connection, start)
            return
    except Newer as found:
        _sync(real_time.feed, connection, found.position - 1, found.sent, complete=False, resync=False)
        connections.end(connection, connections.OLDER_THAN_LOG)
        return
    except (*db.UNAVAILABLE, Behind) as error:
        logger.warning("replay failed", error=db.describe(error))
    except Exception:  # it must not stay open without its rooms: it would miss events in silence
        logger.exception("replay failed")
    connections.end(connection, "replay_failed")


def _handshake_done(connection: Connection) -> bool:
    """Wait until the client's connect has been answered: no event may be sent before the answer."""
    deadline = time.monotonic() + WAIT_SECONDS
    while connection.ready is None and time.monotonic() < deadline:
        gevent.sleep(0)
    return bool(connection.ready)


def _catch_up(real_time: Runtime, connection: Connection, start: Start) -> None:
    feed, progress = real_time.feed, connection.progress
    position = _resumed(feed, start.cursor) if start.cursor is not None else None
    if position is None:
        _begin_now(real_time, connection, start)
        return
    progress.begin(replace(feed.head, position=position))
    connection.memberships = real_time.memberships.at(connection.actor.id, position)
    if _is_gone(connection):
        return
    sent = 0
    while (recent := feed.after(position)) is None:
        upto = feed.head.position
        with _page_reads:
            page = log_store.page(position, upto, rooms=sorted(connection.rooms))
        if _is_gone(connection):
            return
        page, more = _until_change(connection, page)
        sent = _send(real_time, connection, page, sent)
        position = page[-1].position if more else upto
        progress.reach(replace(feed.head, position=position))
        if more:
            _sync(feed, connection, position, sent, complete=False, resync=False)
            if not _wait_until_read(connection):
                return
    sent = _send(real_time, connection, _own(connection, recent), sent)
    connection.enter_all()
    progress.go_live(feed)
    _sync(feed, connection, feed.head.position, sent, complete=True, resync=False)
    metrics.replayed.update(clients=1, events=sent)


def _begin_now(real_time: Runtime, connection: Connection, start: Start) -> None:
    """Put a client without a usable cursor into its rooms. It misses no event after the present head of the feed.

    Its `sync` goes first, and then what came while its memberships were read: it may have fetched its state before.
    """
    feed = real_time.feed
    for _ in range(MOST_BEGINNINGS):
        begun = feed.head
        connection.progress.begin(begun)
        connection.memberships = real_time.memberships.at(connection.actor.id, begun.position)
        if _is_gone(connection):
            return
        if (recent := feed.after(begun.position)) is not None:
            break
    else:  # each time more events came than the feed remembers
        raise Behind
    resync = start.lost or start.cursor is not None
    _sync(feed, connection, begun.position, 0, complete=True, resync=resync)
    sent = _send(real_time, connection, _own(connection, recent), 0)
    connection.enter_all()
    connection.progress.go_live(feed)
    metrics.replayed.update(clients=int(start.cursor is not None), events=sent, resyncs=int(resync))


def _is_gone(connection: Connection) -> bool:
    return not connection.ready


def _until_change(connection: Connection, page: list[Event]) -> tuple[list[Event], bool]:
    """Return a page up to the first change of the user's memberships, which it makes, and whether another follows."""
    full = len(page) == log_store.PAGE
    page, changes = memberships.until_change(connection.actor.id, page)
    if changes:
        _follow(connection, page[-1])
    return page, full or changes


def _own(connection: Connection, events: Iterable[Event]) -> Iterator[Event]:
    """Yield the events for the connection, and make the changes of its user's memberships on the way."""
    rooms = connection.rooms
    for event in events:
        if memberships.concerns(event, connection.actor.id):
            _follow(connection, event)
            rooms = connection.rooms
        if rooms.intersection(event.audience):
            yield event


def _follow(connection: Connection, change: Event) -> None:
    """Make a change of memberships; messages of a room after its access has ended are not sent."""
    user_id, payload = connection.actor.id, change.payload
    connection.memberships = memberships.after(payload, user_id, connection.memberships)
    if user_id in memberships.ended(payload):
        connection.access_ended(payload["room"], change.position)


def _wait_until_read(connection: Connection) -> bool:
    """Wait until a slow client has read most of its page; return whether it is still connected.

    Its send buffer disconnects it if it reads nothing for as long as clients of live events may.
    """
    gevent.sleep(0)
    while connection.ready and connection.buffered() > MAX_BUFFERED:
        gevent.sleep(0.05)
    return bool(connection.ready)


def _resumed(feed: Feed, cursor: str) -> int | None:
    """Return the position of `cursor`, or None if neither the feed's memory nor the log can resume from it."""
    if feed.head.resume(cursor, first_kept=1) is None:
        feed.wait_for(cursor)
    position = feed.head.resume(cursor, first_kept=1)
    if position is None or feed.after(position) is not None:
        return position
    return feed.head.resume(cursor, log_store.first_kept(log_store.days()))


def _send(real_time: Runtime, connection: Connection, events: Iterable[Event], sent: int) -> int:
    """Deliver `events`; return `sent` plus the number of those that this client sees. Raises Newer."""
    head, release = real_time.feed.head, real_time.release
    for event in events:
        if release.is_older_than(event):
            raise Newer(event.position, sent)
        connection.progress.reach(replace(head, position=event.position))
        if (kind := release.on_wire(event)) is not None:
            sent += connection.deliver(kind, event, head)
    return sent


def _sync(
    feed: Feed, connection: Connection, position: int, sent: int, *, complete: bool, resync: bool
) -> None:
    connection.sync(
        {"cursor": feed.head.cursor(position), "replayed": sent, "complete": complete, "resync": resync}
    )
