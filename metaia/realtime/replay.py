"""Catching up: a client that comes with a cursor gets what it missed, then joins its rooms, with no moment between.

Pages are read from the log while this process's own head moves on. The last stretch comes from the feed's memory: from
looking at the head to joining the rooms no greenlet switches, so a live event can neither overtake nor be missed.
"""

from __future__ import annotations

import time
from collections.abc import Iterable

import gevent
import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from metaia.core.actor import Actor
from metaia.extensions import socketio
from metaia.realtime import delivery, log, runtime
from metaia.realtime.feed import Feed
from metaia.realtime.log import Event

WAIT_SECONDS = 10.0  # for the feed to be ready, and for the client's handshake
logger = structlog.get_logger(__name__)


def admit(sid: str, actor: Actor, cursor: str | None) -> None:
    """Bring the client `sid` up to date from `cursor` (None: it starts now) and let it into its rooms.

    When that fails the client is disconnected: it comes back with its cursor, and nothing is lost.
    """
    feed = runtime.current().feed
    try:
        if _handshaken(sid) and feed.ready.wait(WAIT_SECONDS):
            _catch_up(feed, sid, actor, cursor)
            return
    except (DBAPIError, PoolTimeout) as error:
        logger.warning("replay failed", error=str(error).splitlines()[0])
    socketio.server.disconnect(sid)


def _handshaken(sid: str) -> bool:
    """Wait until the answer to the client's connect has gone out: no event may come before it."""
    deadline = time.monotonic() + WAIT_SECONDS
    while not _connected(sid):
        if sid not in delivery.clients or time.monotonic() > deadline:
            return False
        gevent.sleep(0)
    return True


def _catch_up(feed: Feed, sid: str, actor: Actor, cursor: str | None) -> None:
    position, resync = feed.head.position, False
    if cursor is not None:
        found = _resumed(feed, cursor)
        position, resync = (feed.head.position, True) if found is None else (found, False)
    sent = 0
    while (recent := feed.after(position)) is None:
        upto = feed.head.position
        page = log.page(position, upto, rooms=actor.rooms)
        sent += _send(feed, sid, actor, page)
        position = page[-1].position if len(page) == log.PAGE else upto
        if not _connected(sid):
            return
        if len(page) == log.PAGE:
            _sync(feed, sid, position, sent, complete=False, resync=False)
            gevent.sleep(0)
    rooms = set(actor.rooms)
    sent += _send(feed, sid, actor, (event for event in recent if rooms.intersection(event.audience)))
    for room in actor.rooms:
        socketio.server.enter_room(sid, room)
    _sync(feed, sid, feed.head.position, sent, complete=True, resync=resync)


def _resumed(feed: Feed, cursor: str) -> int | None:
    """Return the position to go on from: one that memory still has, or the log."""
    position = feed.head.resume(cursor, first_kept=1)
    if position is None or feed.after(position) is not None:
        return position
    return feed.head.resume(cursor, log.first_kept(log.days()))


def _send(feed: Feed, sid: str, actor: Actor, events: Iterable[Event]) -> int:
    return sum(delivery.to_one(sid, actor, event, feed.head) for event in events)


def _sync(feed: Feed, sid: str, position: int, sent: int, *, complete: bool, resync: bool) -> None:
    state = {"cursor": feed.head.cursor(position), "replayed": sent, "complete": complete, "resync": resync}
    delivery.emit("sync", state, sid)


def _connected(sid: str) -> bool:
    return bool(socketio.server.manager.is_connected(sid, "/"))
