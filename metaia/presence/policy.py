"""Rules: the users visible to an actor."""

from __future__ import annotations

from metaia.core.access.actor import PARTNERS, ROLES, Actor
from metaia.core.access.permissions import ADMINS, STAFF, Permission

PRESENCE_READ = Permission("presence.read", STAFF)  # of users of all roles
COURIERS_READ = Permission("couriers.read", PARTNERS | ADMINS)  # those that assign a courier to an order


def visible(actor: Actor, role: str | None = None) -> list[str]:
    """Return the prefixes of "role id" of the users visible to `actor`; with `role`, only of users in that role.

    Staff see every user, customers see partners, others see themselves.
    """
    roles = ROLES if actor.may(PRESENCE_READ) else PARTNERS if actor.role == "customer" else frozenset[str]()
    prefixes = [f"{each} " for each in sorted(roles)] or [f"{actor.role} {actor.id}"]
    return [prefix for prefix in prefixes if role is None or prefix.startswith(f"{role} ")]


def may_follow(actor: Actor, partner_id: str) -> bool:
    """Return whether `actor` may receive a partner's status."""
    return actor.may(PRESENCE_READ) or actor.role == "customer" or actor.id == partner_id
