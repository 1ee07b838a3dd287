"""Who is connected, over all processes: leases in Redis, so that a killed process leaves nobody online for long.

Each process renews the lease of every user it holds; a user is online while a lease runs. Who reconnects within a
lease was never offline. Nothing durable depends on this: presence is emitted, never logged.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Any

import gevent
import structlog
from marshmallow import fields, validate
from redis.exceptions import RedisError

from metaia.core.actor import PARTNERS
from metaia.core.schema import Schema
from metaia.extensions import socketio
from metaia.realtime import connections
from metaia.realtime.bus import connect
from metaia.realtime.catalogue import Passing, declare_passing

LEASE = 20.0  # seconds
RENEW = 5.0
KEY = "metaia:presence"  # sorted set: "user role" → when the lease ends
STAFF_ROOMS = ["admin-room", "super_admin-room", "support-room"]
logger = structlog.get_logger(__name__)


class StatusChange(Schema):
    """`user:status_change`."""

    user_id = fields.UUID(required=True)
    role = fields.String(required=True)
    status = fields.String(required=True, validate=validate.OneOf(["online", "offline"]))


class PartnerStatus(Schema):
    """`tailor_status_update`."""

    partner_id = fields.UUID(required=True)
    status = fields.String(required=True, validate=validate.OneOf(["online", "offline", "busy"]))


declare_passing(
    Passing("user:status_change", StatusChange, "Somebody came or went.", "staff"),
    Passing("tailor_status_update", PartnerStatus, "A partner came or went.", "customers and staff"),
)


class Presence:
    """Runs in every web process; the one that leads the relay notices who has gone."""

    def __init__(self, redis_url: str, leading: Callable[[], bool]) -> None:
        self.redis = connect(redis_url)
        self.leading = leading

    def run(self) -> None:
        """Renew leases and notice changes, for ever."""
        while True:
            gevent.sleep(RENEW)
            try:
                for who in self.renew(connections.users()):
                    announce(who, "online")
                if self.leading():
                    for who in self.gone():
                        announce(who, "offline")
            except RedisError as error:
                logger.warning("presence unknown", error=str(error))

    def renew(self, users: Iterable[str]) -> list[str]:
        """Renew the leases of `users` ("id role"); return those who had none."""
        listed = list(users)
        with self.redis.pipeline(transaction=False) as pipe:
            for who in listed:
                pipe.zadd(KEY, {who: time.time() + LEASE})
            added = pipe.execute()
        return [who for who, new in zip(listed, added, strict=True) if new]

    def gone(self) -> list[str]:
        """Return those whose lease has ended since the last time somebody asked."""
        ended: list[Any] = self.redis.zrangebyscore(KEY, 0, time.time())
        return [who.decode() for who in ended if self.redis.zrem(KEY, who)]

    def online(self, user_id: str, role: str) -> bool:
        """Return whether a user is connected anywhere."""
        until = self.redis.zscore(KEY, f"{user_id} {role}")
        return until is not None and until > time.time()


def announce(who: str, status: str) -> None:
    """Tell staff of anybody, and customers of partners, by whichever process they are connected to."""
    user_id, _, role = who.partition(" ")
    socketio.emit("user:status_change", {"userId": user_id, "role": role, "status": status}, to=STAFF_ROOMS)
    if role in PARTNERS:
        update = {"partnerId": user_id, "status": status}
        socketio.emit("tailor_status_update", update, to=["customer-room", *STAFF_ROOMS])
