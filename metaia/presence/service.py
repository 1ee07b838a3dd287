"""Who is there: kept as leases in Redis, renewed and noticed here, asked for by whoever may see it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import gevent
import structlog
from limits import parse
from redis.exceptions import RedisError

from metaia.core.access.actor import PARTNERS, ROLES, Actor
from metaia.core.errors import Forbidden, TooMany, Unavailable
from metaia.extensions import limiter
from metaia.presence.leases import LEASE, Leases
from metaia.presence.publish import announce, shown, tell_of_partner, tell_staff
from metaia.realtime.clients import connections
from metaia.realtime.log.pubsub import connect

RENEW = LEASE / 4  # seconds
CHANGES = parse("20 per minute")  # of one partner's own status, however they are sent
logger = structlog.get_logger(__name__)


class Presence:
    """Runs in every web process; the one that leads the relay notices who has gone."""

    def __init__(self, redis_url: str, leading: Callable[[], bool]) -> None:
        self.leases = Leases(connect(redis_url))
        self.leading = leading

    def run(self) -> None:
        """Renew leases and notice changes, for ever."""
        while True:
            gevent.sleep(RENEW)
            try:
                self.round()
            except RedisError as error:
                logger.warning("presence unknown", error=str(error))

    def round(self) -> None:
        """Renew the leases of those who are connected here, and tell who came and went. Raises RedisError."""
        for who in self.leases.renew(connections.users()):
            announce(who, "online")
        if self.leading():
            for who in self.leases.end():
                announce(who, "offline")

    def set(self, actor: Actor, status: str) -> dict[str, str]:
        """Let a partner be busy, or online again. Raises Forbidden, TooMany or Unavailable.

        Told again even when it is no news: the process that stored it may have been killed before it told anybody.
        """
        if not actor.is_partner or actor.impersonator:
            raise Forbidden("Only partners say that they are busy.")
        who = f"{actor.role} {actor.id}"
        with _redis_needed():
            if limiter.enabled and not limiter.limiter.hit(CHANGES, "presence", actor.id):
                raise TooMany(retry_after=CHANGES.get_expiry())
            if self.leases.set_busy(who, busy=status == "busy"):
                tell_staff(who, "online")
        tell_of_partner(actor.id, status)
        return shown(who, status)

    def page(
        self, actor: Actor, *, role: str | None, limit: int, cursor: str | None
    ) -> tuple[list[dict[str, str]], str | None]:
        """Return a page of those who are there, as far as `actor` may see them, and the next page's cursor.

        Raises Unavailable.
        """
        with _redis_needed():
            people = self.leases.page(visible(actor, role), after=cursor, limit=limit + 1)
            statuses = self.leases.statuses(people[:limit])
        found = zip(people, statuses, strict=False)
        there = [shown(who, status) for who, status in found if status != "offline"]
        return there, people[limit - 1] if len(people) > limit else None

    def of_partner(self, partner_id: str) -> str:
        """Return a partner's status; offline for an id that no partner has. Raises Unavailable."""
        with _redis_needed():
            found = self.leases.statuses([f"{role} {partner_id}" for role in sorted(PARTNERS)])
        return next((status for status in found if status != "offline"), "offline")


@contextmanager
def _redis_needed() -> Iterator[None]:
    try:
        yield
    except RedisError:
        raise Unavailable(retry_after=1) from None


def visible(actor: Actor, role: str | None = None) -> list[str]:
    """Return how the "role id" of those begins whom `actor` may see; with `role`, of those who have it.

    Staff see everybody, customers see partners, others see themselves.
    """
    roles = (
        ROLES if actor.may("presence.read") else PARTNERS if actor.role == "customer" else frozenset[str]()
    )
    seen = [f"{each} " for each in sorted(roles)] or [f"{actor.role} {actor.id}"]
    return [start for start in seen if role is None or start.startswith(f"{role} ")]


def may_follow(actor: Actor, partner_id: str) -> bool:
    """Return whether `actor` may hear of a partner's status."""
    return actor.may("presence.read") or actor.role == "customer" or actor.id == partner_id
