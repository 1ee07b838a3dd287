"""Who learns what when an order moves: one table for all of it. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from metaia.orders.policy import Parties
from metaia.orders.state import COURIER, CUSTOMER, PARTNER

HOUSE = "house"  # the admins, for orders that have no partner
PREVIOUS_COURIER = "previous_courier"

# action → party → type of the notification that this party gets. Nobody is notified of what they did themselves,
# but for the customer's confirmation of a new order. Live updates go to `rooms()`, whoever is notified.
TELLS: Mapping[str, Mapping[str, str]] = {
    "create": {CUSTOMER: "order_placed", PARTNER: "order_new", HOUSE: "order_new"},
    "accept": {CUSTOMER: "order_accepted"},
    "reject": {CUSTOMER: "order_rejected"},
    "prepare": {CUSTOMER: "order_preparing"},
    "ready": {CUSTOMER: "order_ready", COURIER: "order_pickup"},
    "assign": {CUSTOMER: "order_courier", COURIER: "order_assigned", PREVIOUS_COURIER: "order_unassigned"},
    "dispatch": {CUSTOMER: "order_dispatched", PARTNER: "order_dispatched"},
    "deliver": {CUSTOMER: "order_delivered", PARTNER: "order_delivered"},
    "complete": {CUSTOMER: "order_completed", PARTNER: "order_completed"},
    "cancel": dict.fromkeys((CUSTOMER, PARTNER, COURIER, HOUSE), "order_cancelled"),
    "expire": dict.fromkeys((CUSTOMER, PARTNER, HOUSE), "order_expired"),
}
TOLD_OF_THEIR_OWN = frozenset({"create"})
STAFF_ROOMS = ("admin-room", "super_admin-room", "support-room")


def rooms(order_id: str, order: Parties, *, previous_courier: str | None = None) -> list[str]:
    """Return the rooms that see every change of an order: its people, those who joined it, and staff."""
    people = (order.customer_id, order.partner_id, order.courier_id, previous_courier)
    return [f"order-{order_id}", *(f"user-{person}" for person in people if person), *STAFF_ROOMS]


def told(
    action: str, order: Parties, *, by: str | None, previous_courier: str | None = None
) -> list[tuple[str, str]]:
    """Return (user id, notification type) for everyone to be notified; HOUSE stands for all admins."""
    left = previous_courier if previous_courier != order.courier_id else None
    people: dict[str, str | None] = {
        CUSTOMER: order.customer_id,
        PARTNER: order.partner_id,
        COURIER: order.courier_id,
        PREVIOUS_COURIER: left,
        HOUSE: HOUSE if order.partner_id is None else None,
    }
    return [
        (person, kind)
        for party, kind in TELLS[action].items()
        if (person := people[party]) and (person != by or action in TOLD_OF_THEIR_OWN)
    ]
