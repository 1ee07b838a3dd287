"""The parties of an order and what they may do. Pure."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from metaia.core.access.actor import Actor
from metaia.core.access.permissions import ADMINS, STAFF, Permission
from metaia.orders.payment.state import PAID_BEFORE
from metaia.orders.state import ADMIN, COURIER, CUSTOMER, MACHINE, PARTNER, WITH_COURIER, WITHOUT_COURIER

ORDERS_READ = Permission("orders.read", STAFF)  # all orders
ORDERS_MANAGE = Permission("orders.manage", ADMINS)

SUPPORT = "support"


class Parties(Protocol):
    """The part of an order that names its parties."""

    @property
    def customer_id(self) -> str | None: ...
    @property
    def partner_id(self) -> str | None: ...
    @property
    def courier_id(self) -> str | None: ...


class Actionable(Parties, Protocol):
    """The part of an order that decides, besides its status, which actions are possible."""

    @property
    def awaits_payment(self) -> bool: ...
    @property
    def courier_wanted(self) -> bool: ...
    @property
    def needs_code(self) -> bool: ...


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


def may_create(actor: Actor, partner_id: str | None) -> bool:
    """Return whether `actor` may order from a partner, or from the house: as a customer, or for one at the counter."""
    return actor.role == "customer" or sells(actor, partner_id)


def sells(actor: Actor, partner_id: str | None) -> bool:
    """Return whether `actor` takes orders at the counter of a partner, or of the house: the partner and admins."""
    return (actor.is_partner and actor.id == partner_id) or actor.may(ORDERS_MANAGE)


def allowed(actor: Actor, order: Actionable, status: str) -> list[str]:
    """Return the actions that `actor` may do next."""
    may = MACHINE.allowed(status, parties(actor, order))
    actions = [
        each for each in may if each != "renew-code" and fits(each, order)
    ]  # it has a route of its own
    return [each for each in actions if each not in PAID_BEFORE] if order.awaits_payment else actions


def fits(action: str, order: Actionable) -> bool:
    """Return whether an action on the courier or the code of an order is possible with the courier that it has."""
    if action in WITH_COURIER:
        return order.courier_id is not None
    if action in WITHOUT_COURIER:
        wanted = action != "request-courier"
        return order.courier_id is None and order.courier_wanted is wanted
    return action != "renew-code" or order.needs_code


def is_only_courier(actor: Actor, order: Parties) -> bool:
    """Return whether `actor` sees an order as its courier, and not in another role too."""
    return parties(actor, order) == {COURIER}


def sees_contact(actor: Actor, order: Parties, until: datetime | None, at: datetime) -> bool:
    """Return whether `actor` sees the customer's data at a time; its courier does until some time after the end."""
    return until is None or at < until or not is_only_courier(actor, order)
