"""Tickets: what a browser puts into the URL of a WebSocket or an event stream, where it cannot send a header.

A ticket works once, for 30 seconds, so that a URL in somebody's log opens nothing.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import asdict

import orjson
from flask import current_app
from redis.exceptions import RedisError

from metaia.core.access.actor import Actor, require_valid
from metaia.core.errors import Unauthenticated, Unavailable, declare
from metaia.core.redis import connect

SECONDS = 30
declare({"ticket_invalid": "The ticket is used, too old, or none of ours."})


def issue(actor: Actor) -> str:
    """Return a ticket for `actor`. Raises Unavailable while Redis is away."""
    ticket = secrets.token_urlsafe(32)
    try:
        with connect(current_app.config["REDIS_URL"]) as redis:
            redis.set(_key(ticket), orjson.dumps(asdict(actor)), ex=SECONDS)
    except RedisError:
        raise Unavailable(retry_after=1) from None
    return ticket


def take(ticket: str) -> Actor:
    """Return the actor of a ticket, which is void from now on. Raises Unauthenticated or Unavailable."""
    try:
        with connect(current_app.config["REDIS_URL"]) as redis:
            found = redis.getdel(_key(ticket))
    except RedisError:
        raise Unavailable(retry_after=1) from None
    if found is None:
        raise Unauthenticated("Get a new ticket.", code="ticket_invalid")
    actor = Actor(**orjson.loads(found))
    require_valid(actor)  # much can happen in 30 seconds
    return actor


def _key(ticket: str) -> str:
    return f"metaia:ticket:{hashlib.sha256(ticket.encode()).hexdigest()}"
