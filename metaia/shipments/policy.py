"""What users may do with shipments. Pure."""

from __future__ import annotations

from typing import Protocol

from metaia.core.access.actor import Actor
from metaia.core.access.permissions import ADMINS, STAFF, Permission
from metaia.settings.carriers import MANUAL
from metaia.shipments.state import CANCELLED, CLOSED, DELIVERED, LABEL, LOST, RETURNED

SHIPMENTS_READ = Permission("shipments.read", STAFF)  # those of all orders
SHIPMENTS_MANAGE = Permission("shipments.manage", ADMINS)
MOST = 20  # shipments of an order that are not cancelled
# Statuses of an order that gets shipments.
SHIPPED = frozenset({"accepted", "preparing", "ready", "out_for_delivery", "delivered"})


class Managed(Protocol):
    """The part of a shipment that decides what may be done with it."""

    @property
    def partner_id(self) -> str | None: ...
    @property
    def slug(self) -> str: ...
    @property
    def status(self) -> str: ...


def manages(actor: Actor, partner_id: str | None) -> bool:
    """Return whether an actor ships the orders of a partner: that partner, and admins. Those of the house: admins."""
    return actor.may(SHIPMENTS_MANAGE) or (actor.is_partner and actor.id == partner_id)


def possible(shipment: Managed, *, can_ask: bool) -> list[str]:
    """Return the actions that the status of a shipment allows."""
    actions = {
        "update": shipment.status == LABEL,
        "cancel": shipment.status not in {DELIVERED, CANCELLED},
        "refresh": can_ask and shipment.status not in CLOSED,
        "scan": shipment.slug == MANUAL and shipment.status not in {RETURNED, LOST, CANCELLED},
    }
    return [action for action, allowed in actions.items() if allowed]


def allowed(actor: Actor, shipment: Managed, *, can_ask: bool) -> list[str]:
    """Return the actions that an actor may do next."""
    return possible(shipment, can_ask=can_ask) if manages(actor, shipment.partner_id) else []
