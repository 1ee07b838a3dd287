"""Who is what to an order, and what they may do. Pure."""

from __future__ import annotations

from typing import Protocol

from metaia.core.access.actor import Actor
from metaia.orders.state import ADMIN, COURIER, CUSTOMER, MACHINE, PARTNER

SUPPORT = "support"
NOBODY: frozenset[str] = frozenset()


class Parties(Protocol):
    """As much of an order as says who takes part in it."""

    @property
    def customer_id(self) -> str: ...
    @property
    def partner_id(self) -> str | None: ...
    @property
    def courier_id(self) -> str | None: ...


def parties(actor: Actor, order: Parties) -> frozenset[str]:
    """Return what `actor` is to `order`; empty for a stranger. Support sees everything and changes nothing."""
    if actor.may("orders.manage"):
        return frozenset({ADMIN})
    if actor.may("orders.read"):
        return frozenset({SUPPORT})
    places = {CUSTOMER: order.customer_id, PARTNER: order.partner_id, COURIER: order.courier_id}
    return frozenset(party for party, user_id in places.items() if user_id == actor.id)


def may_see(actor: Actor, order: Parties) -> bool:
    """Return whether `actor` may read `order` and follow it."""
    return bool(parties(actor, order))


def is_privileged(actor: Actor, order: Parties) -> bool:
    """Return whether `actor` acts on `order` by their rank alone. The house's orders are the admins' own."""
    own = (order.customer_id, order.partner_id, order.courier_id)
    return ADMIN in parties(actor, order) and order.partner_id is not None and actor.id not in own


def may_create(actor: Actor) -> bool:
    """Return whether `actor` may order."""
    return actor.role == "customer"


def may_ever(actor: Actor, order: Parties, action: str) -> bool:
    """Return whether `action` is the actor's to do at all: if not, no other state of the order would help."""
    return MACHINE.ever(action, parties(actor, order))


def allowed(actor: Actor, order: Parties, status: str) -> list[str]:
    """Return the actions that `actor` may do next."""
    return MACHINE.allowed(status, parties(actor, order))
