"""Presence of this process's users: leases are renewed, and changes are found and announced."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress

import gevent
import structlog
from flask import Flask, current_app
from limits import parse
from redis.exceptions import RedisError

from metaia.core.access.actor import PARTNERS, ROLES, Actor
from metaia.core.access.permissions import DELIVERY
from metaia.core.errors import Forbidden, TooMany, Unavailable
from metaia.core.redis import connect
from metaia.extensions import limiter
from metaia.presence import policy, presenters, publish
from metaia.presence.leases import LEASE, Leases
from metaia.realtime.clients import connections
from metaia.users import queries as user_queries

EXTENSION = "metaia.presence"
RENEW = LEASE / 4  # seconds
CHANGES = parse("20 per minute")  # of one partner's own status, over REST and sockets together
logger = structlog.get_logger(__name__)


class Presence:
    """Runs in every web process; the one that leads the relay also ends leases that have run out."""

    def __init__(self, app: Flask, leading: Callable[[], bool]) -> None:
        self.leases = Leases(connect(app.config["REDIS_URL"]))
        self.leading = leading
        app.extensions[EXTENSION] = self

    def run(self) -> None:
        """Renew leases and announce changes, for ever."""
        while True:
            gevent.sleep(RENEW)
            try:
                self.round()
            except RedisError as error:
                logger.warning("presence unknown", error=str(error))

    def round(self) -> None:
        """Renew the leases of users connected to this process, and announce all changes. Raises RedisError."""
        publish.announce(self.leases.renew(connections.users()), "online")
        if self.leading():
            publish.announce(self.leases.end_expired(), "offline")

    def set(self, actor: Actor, status: str) -> dict[str, str]:
        """Set a partner's own status, `busy` or `online`. Raises Forbidden, TooMany or Unavailable.

        A status that is already stored is published again: the process that stored it may have been killed before it
        published.
        """
        if not actor.is_partner or actor.impersonator:
            raise Forbidden("Only partners can be busy.")
        user = f"{actor.role} {actor.id}"
        with _redis_needed():
            if limiter.enabled and not limiter.limiter.hit(CHANGES, "presence", actor.id):
                raise TooMany(retry_after=CHANGES.get_expiry())
            if self.leases.set_busy(user, busy=status == "busy"):
                publish.to_companions([user], "online")
        publish.of_partner(actor.id, status)
        return presenters.presence(user, status)

    def page(
        self, actor: Actor, *, role: str | None, limit: int, cursor: str | None
    ) -> tuple[list[dict[str, str]], str | None]:
        """Return a page of the online users visible to `actor`, and the next page's cursor.

        Raises Unavailable.
        """
        with _redis_needed():
            users = self.leases.page(policy.visible(actor, role), after=cursor, limit=limit + 1)
            statuses = self.leases.statuses(users[:limit])
        found = zip(users, statuses, strict=False)
        online = [presenters.presence(user, status) for user, status in found if status != "offline"]
        return online, users[limit - 1] if len(users) > limit else None

    def couriers(
        self, *, q: str | None, limit: int, cursor: str | None
    ) -> tuple[list[dict[str, str | None]], str | None]:
        """Return a page of the active couriers by name, and the next page's cursor.

        Without Redis their status is None.
        """
        filters = {"role": DELIVERY, "active": True} | ({} if q is None else {"name": q})
        people, following = user_queries.page(filters=filters, sort="name", limit=limit, cursor=cursor)
        statuses = self.known([f"{DELIVERY} {person.id}" for person in people])
        return [presenters.courier(*pair) for pair in zip(people, statuses, strict=True)], following

    def known(self, users: list[str]) -> Sequence[str | None]:
        """Return the status of each of `users` ("role id"); None without Redis."""
        with suppress(RedisError):
            return self.leases.statuses(users)
        return [None] * len(users)

    def count(self, roles: Iterable[str] | None) -> int | None:
        """Return the number of online users of some roles, or of all; None without Redis."""
        with suppress(RedisError):
            return self.leases.count(f"{role} " for role in sorted(ROLES if roles is None else roles))
        return None

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


def of(app: Flask) -> Presence:
    """Return the presence of `app`."""
    presence: Presence = app.extensions[EXTENSION]
    return presence


def current() -> Presence:
    """Return the presence of the current application."""
    return of(current_app)
