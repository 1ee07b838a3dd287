"""The end of a connection's access token: the connection lives on as long as its session is open.

Clients that do not renew their token would otherwise be cut off every few minutes, and stock ones would come back with
the old token and be refused. Ending a session closes its connections at once, in all processes; at the end of a token
the database is asked as well, so that a missed event cannot keep a connection open.
"""

from __future__ import annotations

import time
from dataclasses import replace

import gevent
import structlog
from flask import current_app

from metaia.core import db
from metaia.core.access import actor as actors
from metaia.core.access.actor import Actor
from metaia.realtime.clients import connections
from metaia.realtime.clients.connections import Connection

BATCH = 1_000  # connections in one query
logger = structlog.get_logger(__name__)


def ends_with_token(actor: Actor) -> bool:
    """Return whether the actor's connections end with the token: by the setting, or as impersonation does."""
    return bool(current_app.config["SOCKETS_END_WITH_TOKEN"] or actor.impersonator)


def lifetime() -> float:
    """Return the seconds for which a connection needs no further check: the lifetime of an access token."""
    minutes: int = current_app.config["ACCESS_TOKEN_MINUTES"]
    return 60.0 * minutes


def prolonged(actor: Actor) -> Actor | None:
    """Return the actor with a lifetime from now, or None if its session has ended or it must end with its token.

    Raises OperationalError while PostgreSQL is unreachable.
    """
    if ends_with_token(actor) or not actors.with_open_session([actor]):
        return None
    return replace(actor, expires=time.time() + lifetime())


def run() -> None:
    """Look for tokens that have ended, for ever."""
    while True:
        gevent.sleep(1)
        handle_ended()


def handle_ended() -> None:
    """Prolong or close the connections with a token that has ended."""
    moment = time.time()
    lasting: list[Connection] = []
    for connection in list(connections.open_connections.values()):
        if connection.actor.expires > moment:
            continue
        if ends_with_token(connection.actor):
            connections.end(connection, "token_expired")
        else:
            lasting.append(connection)
    for start in range(0, len(lasting), BATCH):
        _prolong(lasting[start : start + BATCH])


def _prolong(ended: list[Connection]) -> None:
    """Prolong the connections of open sessions, and close the others. Without PostgreSQL, all stay as they are."""
    asked = {connection: connection.actor for connection in ended}
    try:
        valid = actors.with_open_session(asked.values())
    except db.UNAVAILABLE as error:
        logger.warning("sessions of sockets not checked", error=db.describe(error))
        return
    until = time.time() + lifetime()
    for connection, actor in asked.items():
        if connection.actor is not actor:
            continue  # renewed while the query ran
        if actor in valid:
            connection.actor = replace(actor, expires=until)
        else:
            connections.end(connection, "session_ended")
