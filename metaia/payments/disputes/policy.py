"""Access to disputes. Pure."""

from __future__ import annotations

from metaia.core.access.actor import Actor
from metaia.core.access.permissions import ADMINS, STAFF, Permission
from metaia.payments.disputes.state import ADMIN

DISPUTES_READ = Permission("disputes.read", STAFF)  # all disputes
DISPUTES_MANAGE = Permission("disputes.manage", ADMINS)  # accept and contest them
ANSWERABLE = frozenset({"razorpay", "stripe"})  # providers that take answers by their API


def may_see(actor: Actor, partner_id: str | None) -> bool:
    """Return whether `actor` may read a dispute about a payment to this partner."""
    return actor.may(DISPUTES_READ) or (actor.is_partner and partner_id == actor.id)


def parties(actor: Actor) -> frozenset[str]:
    """Return the actor's parties in a dispute."""
    return frozenset({ADMIN} if actor.may(DISPUTES_MANAGE) else ())
