"""The open connections of this process, and what Socket.IO, WebSocket and SSE connections have in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from itertools import count
from typing import Any

import gevent
import structlog
from flask import current_app

from metaia.core import metrics
from metaia.core.access.actor import Actor
from metaia.realtime.catalogue import EventType
from metaia.realtime.clients.limits import ClientLimits
from metaia.realtime.clients.progress import Progress
from metaia.realtime.log.store import Event, Head
from metaia.realtime.transport import unauthenticated
from metaia.realtime.transport.pings import EARLY

KEEP_ALIVE_EVERY = 20  # seconds
# Reasons of an end that another process does not have: the client reconnects at once, and resumes.
OLDER_THAN_LOG, RESTARTING = "older_than_log", "restarting"
RESTARTS = frozenset({OLDER_THAN_LOG, RESTARTING})
Message = tuple[str, Any]  # an event that a client has sent: name, argument
logger = structlog.get_logger(__name__)


class Connection(ABC):
    """One client. Its methods do not switch greenlets, except `close`."""

    kind = ""
    memberships: frozenset[str] = frozenset()  # rooms of its user's memberships: see realtime/memberships.py
    at_end: Callable[[], None] | None = None  # called when it is removed; must not block

    def __init__(self, key: str, actor: Actor) -> None:
        self.key = key
        self.actor = actor
        self.limits = ClientLimits(actor.accountable_id)
        self.progress = Progress()
        self.on_goodbye: Callable[[], None] | None = None  # called if the client itself ends its connection

    @property
    @abstractmethod
    def ready(self) -> bool | None:
        """Return whether events may be sent: None during the handshake, False once the client has disconnected."""

    @abstractmethod
    def deliver(self, kind: EventType, event: Event, head: Head) -> bool:
        """Send `event`, which is of a `kind` that has a wire name, as this client sees it.

        Return whether it was sent: the format of some clients leaves events out.
        """

    @abstractmethod
    def sync(self, state: dict[str, Any]) -> None:
        """Send the client a `sync`: how far it has caught up."""

    @abstractmethod
    def join(self, room: str) -> None:
        """Deliver events of `room` from now on."""

    @abstractmethod
    def leave(self, room: str) -> None:
        """Stop delivering events of `room`."""

    @abstractmethod
    def leave_all(self) -> None:
        """Stop delivering events."""

    @abstractmethod
    def close(self, reason: str) -> None:
        """Close the connection; may wait for the client."""

    @property
    def rooms(self) -> set[str]:
        """Return the rooms that the connection is in, or enters after it has caught up."""
        return {*self.actor.rooms, *self.memberships}

    def requests(self) -> list[Message] | None:
        """Return the messages by which the client has joined further rooms."""
        return []

    def enter_all(self) -> None:
        """Enter all of its rooms, at the end of catching up."""
        for room in self.rooms:
            self.join(room)

    def enter(self, room: str) -> None:
        """Enter a room by a membership that has begun."""
        self.memberships |= {room}
        self.join(room)

    def expel(self, room: str) -> None:
        """Leave a room that the user may not be in any more."""
        self.memberships -= {room}
        self.forget(room)
        self.leave(room)

    def forget(self, room: str) -> None:  # noqa: B027 - only Socket.IO's clients ask for rooms
        """Forget that the client has asked for a room."""

    def access_ended(self, room: str, position: int) -> None:  # noqa: B027 - likewise
        """Get no more missed events of a room to which the user's access ended at a position of the log."""

    def buffered(self) -> int:
        """Return the number of bytes that are not yet sent to the client."""
        return 0

    def keep_alive(self) -> None:  # noqa: B027 - Socket.IO has pings of its own
        """Send something that shows whether the client is still there; returns at once."""

    def prove(self) -> None:  # noqa: B027 - Socket.IO has pings of its own
        """Ask the client whether it has received what was sent, if it matters; returns at once."""

    def renew(self, actor: Actor) -> None:
        """Continue as `actor`: the same user with a newer token, and possibly another role."""
        for room in set(self.actor.rooms) - set(actor.rooms):
            self.leave(room)
        for room in set(actor.rooms) - set(self.actor.rooms):
            self.join(room)
        self.actor = actor


open_connections: dict[str, Connection] = {}  # by key; changed by `add` and `remove` only


def add(connection: Connection) -> None:
    """Add an accepted connection. Raises TooMany when its user has too many connections to this process."""
    connection.limits.add_connection(enforced=current_app.config["RATELIMIT_ENABLED"])
    open_connections[connection.key] = connection
    _log("user connected", connection)


def remove(key: str) -> None:
    """Remove a connection, if it is there."""
    connection = open_connections.pop(key, None)
    if connection is not None:
        connection.limits.remove_connection()
        if connection.at_end is not None:
            connection.at_end()
        _log("user disconnected", connection)


def _log(event: str, connection: Connection) -> None:
    actor = connection.actor
    more = {"impersonator": actor.impersonator} if actor.impersonator else {}
    logger.info(event, user=actor.id, role=actor.role, transport=connection.kind, **more)


def users() -> set[str]:
    """Return "role id" of every user connected to this process; a user impersonated by staff does not count."""
    actors = (connection.actor for connection in open_connections.values())
    return {f"{actor.role} {actor.id}" for actor in actors if not actor.impersonator}


def end(connection: Connection, reason: str) -> None:
    """Count `reason` and close a connection in a greenlet of its own; for code that must not wait."""
    metrics.ended[reason] += 1
    gevent.spawn(connection.close, reason)


def end_where(condition: Callable[[Actor], bool], reason: str) -> int:
    """Close all connections whose actor meets `condition`; return their number."""
    found = [connection for connection in open_connections.values() if condition(connection.actor)]
    for connection in found:
        end(connection, reason)
    return len(found)


def _keep_alive() -> None:
    for connection in list(open_connections.values()):
        connection.keep_alive()


def _prove() -> None:
    for connection in list(open_connections.values()):
        connection.prove()


def supervise() -> None:
    """Keep connections alive, and close those that have not authenticated in time, for ever."""
    for second in count():
        gevent.sleep(1)
        unauthenticated.close_expired()
        if second % int(EARLY) == 0:
            _prove()
        if second % KEEP_ALIVE_EVERY == 0:
            _keep_alive()
