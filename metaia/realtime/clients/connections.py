"""The connections of this process: what Socket.IO, WebSocket and SSE clients have in common."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from itertools import count
from typing import Any

import gevent
from flask import current_app

from metaia.core import metrics
from metaia.core.access.actor import Actor
from metaia.realtime.catalogue import EventType
from metaia.realtime.clients.limits import Allowance
from metaia.realtime.log.store import Event, Head
from metaia.realtime.transport import unauthenticated

KEEP_ALIVE_EVERY = 20  # seconds


class Connection(ABC):
    """One client. Its methods do not switch greenlets, but for `close`."""

    kind = ""

    def __init__(self, key: str, actor: Actor) -> None:
        self.key = key
        self.actor = actor
        self.allowance = Allowance(actor.accountable_id)
        self.since = time.time()

    @property
    @abstractmethod
    def ready(self) -> bool | None:
        """Return whether events may be sent: None while the handshake goes on, False once the client has gone."""

    @abstractmethod
    def deliver(self, kind: EventType, event: Event, head: Head) -> bool:
        """Send `event`, which is of a `kind` that has a wire name, as this client sees it.

        Return whether it was sent: the format of some clients leaves events out.
        """

    @abstractmethod
    def sync(self, state: dict[str, Any]) -> None:
        """Tell the client how far it has caught up."""

    @abstractmethod
    def enter(self, room: str) -> None:
        """Hear what is said in `room` from now on."""

    @abstractmethod
    def leave(self, room: str) -> None:
        """Hear it no longer."""

    @abstractmethod
    def close(self, reason: str) -> None:
        """End the connection; may wait for the client."""

    def waiting(self) -> int:
        """Return how many bytes wait for the client."""
        return 0

    def keep_alive(self) -> None:  # noqa: B027 - most need nothing
        """Say something, if this kind of connection is not kept alive by others; returns at once."""

    def renew(self, actor: Actor) -> None:
        """Go on as `actor`, the same user with a newer token; their role may have changed."""
        for room in set(self.actor.rooms) - set(actor.rooms):
            self.leave(room)
        for room in set(actor.rooms) - set(self.actor.rooms):
            self.enter(room)
        self.actor = actor


present: dict[str, Connection] = {}  # by key; changed by `add` and `remove` only


def add(connection: Connection) -> None:
    """Let a client be present. Raises TooMany when its user has as many connections to this process as one may have."""
    connection.allowance.enter(limited=current_app.config["RATELIMIT_ENABLED"])
    present[connection.key] = connection


def remove(key: str) -> None:
    """Forget a client, if it is present."""
    connection = present.pop(key, None)
    if connection is not None:
        connection.allowance.leave()


def users() -> set[str]:
    """Return "role id" of everybody who is connected to this process: not of those whose eyes staff look through."""
    actors = (connection.actor for connection in present.values())
    return {f"{actor.role} {actor.id}" for actor in actors if not actor.impersonator}


def end(connection: Connection, reason: str) -> None:
    """End a connection, from where nothing may wait."""
    metrics.ended[reason] += 1
    gevent.spawn(connection.close, reason)


def end_where(condition: Callable[[Actor], bool], reason: str) -> int:
    """End all connections whose actor meets `condition`; return how many."""
    found = [connection for connection in present.values() if condition(connection.actor)]
    for connection in found:
        end(connection, reason)
    return len(found)


def _keep_alive() -> None:
    for connection in list(present.values()):
        connection.keep_alive()


def look_after() -> None:
    """End connections whose token has run out, and keep the others alive, for ever.

    Clients send `auth:refresh` in time, or come back.
    """
    for second in count():
        gevent.sleep(1)
        end_where(lambda actor: actor.expires <= time.time(), "token_expired")
        unauthenticated.put_out_late()
        if second % KEEP_ALIVE_EVERY == 0:
            _keep_alive()
