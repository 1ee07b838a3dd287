"""The parties of an order and what they may do. Pure."""

from __future__ import annotations

from typing import Protocol

from metaia.core.access.actor import Actor
from metaia.core.access.permissions import ADMINS, STAFF, Permission
from metaia.orders.payment.state import PAID_BEFORE
from metaia.orders.state import ADMIN, COURIER, CUSTOMER, MACHINE, PARTNER

ORDERS_READ = Permission("orders.read", STAFF)  # all orders
ORDERS_MANAGE = Permission("orders.manage", ADMINS)

SUPPORT = "support"


class Parties(Protocol):
    """The part of an order that names its parties."""

    @property
    def customer_id(self) -> str: ...
    @property
    def partner_id(self) -> str | None: ...
    @property
    def courier_id(self) -> str | None: ...


class Payable(Parties, Protocol):
    """The part of an order that states whether its payment is awaited."""

    @property
    def awaits_payment(self) -> bool: ...


def parties(actor: Actor, order: Parties) -> frozenset[str]:
    """Return the actor's parties in `order`, none for a stranger. Support reads all orders and changes none."""
    if actor.may(ORDERS_MANAGE):
        return frozenset({ADMIN})
    if actor.may(ORDERS_READ):
        return frozenset({SUPPORT})
    places = {CUSTOMER: order.customer_id, PARTNER: order.partner_id, COURIER: order.courier_id}
    return frozenset(party for party, user_id in places.items() if user_id == actor.id)


def may_see(actor: Actor, order: Parties) -> bool:
    """Return whether `actor` may read `order` and follow it."""
    return bool(parties(actor, order))


def is_privileged(actor: Actor, order: Parties) -> bool:
    """Return whether `actor` may act on `order` only as staff. Orders without a partner are the admins' own."""
    own = (order.customer_id, order.partner_id, order.courier_id)
    return ADMIN in parties(actor, order) and order.partner_id is not None and actor.id not in own


def may_create(actor: Actor) -> bool:
    """Return whether `actor` may create orders."""
    return actor.role == "customer"


def allowed(actor: Actor, order: Payable, status: str) -> list[str]:
    """Return the actions that `actor` may do next."""
    actions = MACHINE.allowed(status, parties(actor, order))
    return [each for each in actions if each not in PAID_BEFORE] if order.awaits_payment else actions
