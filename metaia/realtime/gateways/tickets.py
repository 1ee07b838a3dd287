"""Tickets: short-lived credentials in the URL of a WebSocket or an event stream, where browsers cannot send a header.

A ticket can be used once, within 30 seconds. So a URL that ends up in a log gives no access.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import asdict, fields

import orjson
from flask import current_app
from redis.exceptions import RedisError

from metaia.core.access.actor import Actor, require_valid
from metaia.core.errors import Unauthenticated, Unavailable, declare
from metaia.core.redis import connect

SECONDS = 30
declare({"ticket_invalid": "The ticket was used already, has expired, or is not valid."})


def issue(actor: Actor) -> str:
    """Return a ticket for `actor`. Raises Unavailable while Redis does not answer."""
    ticket = secrets.token_urlsafe(32)
    try:
        with connect(current_app.config["REDIS_URL"]) as redis:
            redis.set(_key(ticket), orjson.dumps(asdict(actor)), ex=SECONDS)
    except RedisError:
        raise Unavailable(retry_after=1) from None
    return ticket


def redeem(ticket: str) -> Actor:
    """Use up a ticket; return its actor. Raises Unauthenticated or Unavailable."""
    try:
        with connect(current_app.config["REDIS_URL"]) as redis:
            found = redis.getdel(_key(ticket))
    except RedisError:
        raise Unavailable(retry_after=1) from None
    if found is None:
        raise Unauthenticated("Get a new ticket.", code="ticket_invalid")
    stored = orjson.loads(found)  # a process of another release may have stored it
    actor = Actor(**{field.name: stored[field.name] for field in fields(Actor) if field.name in stored})
    require_valid(actor)  # the session may have ended since the ticket was issued
    return actor


def _key(ticket: str) -> str:
    return f"metaia:ticket:{hashlib.sha256(ticket.encode()).hexdigest()}"
