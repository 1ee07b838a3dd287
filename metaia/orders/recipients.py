"""Recipients of an order's events and notifications, as one table. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from metaia.core import rooms as room_names
from metaia.orders.policy import Parties
from metaia.orders.state import BEFORE_DISPATCH, COURIER, CUSTOMER, OPEN_STATUSES, PARTNER

UNASSIGNED = "unassigned"  # all admins, for orders that have no partner
PREVIOUS_COURIER = "previous_courier"
WITHDRAWN = "order_unassigned"
TAKERS = (PARTNER, UNASSIGNED)

# action → party → the type of notification that this party gets. The actor gets none, except for the customer's
# confirmation of a new order. Live updates go to `rooms()` in any case.
NOTIFY: Mapping[str, Mapping[str, str]] = {
    "create": {CUSTOMER: "order_placed", PARTNER: "order_new", UNASSIGNED: "order_new"},
    "secure": {PARTNER: "order_new", UNASSIGNED: "order_new"},  # the payment of an online order has arrived
    "payment": {},
    "accept": {CUSTOMER: "order_accepted"},
    "reject": {CUSTOMER: "order_rejected"},
    "prepare": {CUSTOMER: "order_preparing"},
    "ready": {CUSTOMER: "order_ready", COURIER: "order_pickup"},
    "assign": {CUSTOMER: "order_courier", COURIER: "order_assigned", PREVIOUS_COURIER: WITHDRAWN},
    "dispatch": {CUSTOMER: "order_dispatched", PARTNER: "order_dispatched"},
    "deliver": {CUSTOMER: "order_delivered", PARTNER: "order_delivered"},
    "complete": {CUSTOMER: "order_completed", PARTNER: "order_completed"},
    "request-courier": {},
    "cancel-courier": {},
    "claim": {CUSTOMER: "order_courier"},
    "release": dict.fromkeys(TAKERS, "courier_lost"),
    "unassign": {PREVIOUS_COURIER: WITHDRAWN},
    "report-problem": dict.fromkeys((CUSTOMER, *TAKERS), "delivery_problem"),
    "return": dict.fromkeys((CUSTOMER, *TAKERS), "delivery_problem"),
    "renew-code": {},
    "cancel": dict.fromkeys((CUSTOMER, PARTNER, COURIER, UNASSIGNED), "order_cancelled"),
    "expire": dict.fromkeys((CUSTOMER, PARTNER, UNASSIGNED), "order_expired"),
}
CONFIRMED = frozenset({("create", CUSTOMER)})  # the actor is notified too
# Statuses in which a notification is still true. One that waited longer, for example until the end of the quiet hours,
# is not sent: the user gets the notification of the newer status instead.
TRUE_IN: Mapping[str, tuple[str, ...]] = {
    "order_placed": (*OPEN_STATUSES, "delivered", "completed"),  # it confirms the order, also later
    "order_new": ("pending",),
    "order_accepted": ("accepted", "preparing"),  # the next status goes to screens only
    "order_rejected": ("rejected",),
    "order_preparing": ("preparing",),
    "order_ready": ("ready",),
    "order_pickup": ("ready",),
    "order_courier": OPEN_STATUSES,
    "order_assigned": OPEN_STATUSES,
    "order_dispatched": ("out_for_delivery",),
    "order_delivered": ("delivered", "completed"),
    "order_completed": ("completed",),
    "order_cancelled": ("cancelled",),
    "order_expired": ("cancelled",),
    "courier_lost": BEFORE_DISPATCH,
    "delivery_problem": ("ready", "out_for_delivery"),
}
FOR_COURIER = frozenset({"order_pickup", "order_assigned"})


def rooms(order_id: str, order: Parties, *, previous_courier: str | None = None) -> list[str]:
    """Return the rooms that get every change of an order: its parties, its own room, and staff."""
    users = (order.customer_id, order.partner_id, order.courier_id, previous_courier)
    joined = [room_names.user(user_id) for user_id in users if user_id]
    return [room_names.subject("order", order_id), *joined, *room_names.STAFF]


def still_true(kind: str, user_id: str, order: Parties, status: str) -> bool:
    """Return whether a notification of an order that a user got earlier is still true."""
    if kind == WITHDRAWN:
        return user_id != order.courier_id
    if kind in FOR_COURIER and user_id != order.courier_id:
        return False
    return status in TRUE_IN[kind]


def recipients(
    action: str,
    order: Parties,
    *,
    by: str | None,
    previous_courier: str | None = None,
    announced: bool = True,
) -> list[tuple[str, str]]:
    """Return (user id, notification type) of all who are notified; UNASSIGNED stands for all admins.

    Without `announced` the payment is awaited: the side that takes the order is notified once it has arrived.
    """
    left = previous_courier if previous_courier != order.courier_id else None
    users: dict[str, str | None] = {
        CUSTOMER: order.customer_id,
        PARTNER: order.partner_id,
        COURIER: order.courier_id,
        PREVIOUS_COURIER: left,
        UNASSIGNED: UNASSIGNED if order.partner_id is None else None,
    }
    return [
        (user_id, kind)
        for party, kind in NOTIFY[action].items()
        if (announced or party not in TAKERS)
        and (user_id := users[party])
        and (user_id != by or (action, party) in CONFIRMED)
    ]
