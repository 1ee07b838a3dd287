"""What the actions on an order do to its courier."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import update

from metaia.core import db, rooms
from metaia.core.errors import Conflict, Invalid, declare
from metaia.core.http.content import stored_answers
from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.core.times import now
from metaia.couriers import queries as courier_queries
from metaia.orders import presenters
from metaia.orders.couriers import queries
from metaia.orders.models import OrderRow
from metaia.orders.queries import ERASED, Order
from metaia.orders.state import OPEN_STATUSES
from metaia.realtime.log import withdrawal
from metaia.shops import queries as shop_queries
from metaia.users import queries as user_queries

declare(
    {
        "too_many_jobs": "The courier has as many active orders as allowed.",
        "courier_unavailable": "The order cannot be given to this courier.",
    }
)
MOST_ASSIGNED = 20  # active orders of a courier to which partners and staff assign
CONTACT = timedelta(hours=2)  # after the end of an order, in which its courier sees the customer's data
EVENTS = ("order.created", "order.updated")
CALLING = frozenset({"accept", "prepare", "ready"})  # actions that may offer an order to couriers
NO_COURIER: Json = {"courier_id": None, "courier_slot": None, "courier_own": False}


def assigned(order: Order, given: Json) -> Json:
    """Return the changes of an assignment. Raises Invalid, Conflict (`too_many_jobs`) and Stale."""
    courier_id = given["delivery_partner_id"]
    if user_queries.active_with_role(courier_id, {"delivery"}) is None:
        raise Invalid(details={"deliveryPartnerId": ["Not an active delivery partner."]})
    return given_to(order, courier_id, MOST_ASSIGNED)


def given_to(order: Order, courier_id: str, most: int) -> Json:
    """Return the changes that give an order to a courier with fewer than `most` active orders.

    Raises Conflict (`too_many_jobs`), and Stale if the order is not row-locked.
    """
    if courier_id == order.courier_id:
        return {"courier_id": courier_id}
    if not db.locking():
        raise db.Stale
    queries.lock_courier(courier_id)
    taken = queries.slots(courier_id)
    if len(taken) >= most:  # also in slots above `most`, to which others have assigned
        raise Conflict(
            "The courier has too many active orders.", code="too_many_jobs", details={"most": most}
        )
    slot = next(number for number in range(1, most + 1) if number not in taken)
    own = order.partner_id is not None and courier_queries.is_of_fleet(order.partner_id, courier_id)
    changes = {"courier_id": courier_id, "courier_slot": slot, "courier_own": own}
    return changes | {"delivery_id": order.delivery_id or new_id()} | _riding(order, courier_id)


def _riding(order: Order, courier_id: str) -> Json:
    """Return the vehicle for the time of arrival, if the order has one and the courier was ever on shift."""
    vehicle = courier_queries.all_vehicles([courier_id]).get(courier_id) if order.eta else None
    return {"eta": order.eta | {"vehicle": vehicle}} if order.eta and vehicle else {}


def called(order: Order, action: str) -> Json:
    """Return the changes by which an action offers an order to couriers by itself: none for most.

    A partner's order that goes to an address, and has no courier yet, is offered when it is ready, or when it is
    accepted if its shop wants that.
    """
    if action not in CALLING or order.courier_id or order.courier_wanted or not _is_delivered(order):
        return {}
    by, at = _terms(order)
    if by == "none" or (action != "ready" and at == "ready"):
        return {}
    return wanted(order)


def _terms(order: Order) -> tuple[str, str]:
    """Return which couriers an order is for, and when they are called; the house's own orders are for none."""
    if order.partner_id is None:
        return "none", "ready"
    shop = shop_queries.get(order.partner_id)
    return (shop.delivery_by, shop.courier_call) if shop else ("pool", "ready")


def _is_delivered(order: Order) -> bool:
    """Return whether an order goes to an address; older ones state it by the customer's only."""
    if order.fulfilment is None:
        return bool(order.customer_info.get("address"))
    return order.fulfilment == "delivery"


def wanted(order: Order) -> Json:
    """Return the changes that offer an order to couriers."""
    return {"courier_wanted_at": now(), "delivery_id": order.delivery_id or new_id()}


def ended(order: Order, status: str, moment: datetime) -> Json:
    """Return the changes of an action that ends the work of an order's courier: none for all others."""
    if order.courier_id is None or status in OPEN_STATUSES or order.contact_until is not None:
        return {}
    return {"contact_until": moment + CONTACT}


def withdraw_events(before: Order, courier_id: str | None) -> None:
    """Take the earlier events of an order from its former courier, in the running transaction.

    Raises Stale if the order is not row-locked.
    """
    if before.courier_id is None or before.courier_id == courier_id:
        return
    if not db.locking():
        raise db.Stale
    _withdraw(before, before.courier_id)


def end_contact(order_id: str) -> bool:
    """Take the events of an order that ended long enough ago from its courier; return whether it had any."""
    with db.transaction():
        order = queries.still_to_end(order_id)
        if order is None:
            return False
        if order.courier_id:
            _withdraw(order, order.courier_id)
        db.execute(update(OrderRow).where(OrderRow.id == order_id).values(contact_ended=True))
        return True


def _withdraw(order: Order, courier_id: str) -> None:
    """Take the customer's data from a courier: from the events, and from the answers to repeated requests."""
    # Before the outbox: the relay waits for its row locks.
    erased = partial(_without_contact, order_id=order.id)
    stored_answers.change({courier_id}, order.created_at, order.id, erased)
    subject, room = rooms.subject("order", order.id), rooms.user(courier_id)
    withdrawal.withdraw(room, subject=subject, item=order.id, types=EVENTS, since=order.created_at)


def _without_contact(value: Any, order_id: str) -> Any:
    """Return the JSON of an answer without the customer's data of an order, in the order and in its delivery."""
    if isinstance(value, list):
        return [_without_contact(each, order_id) for each in value]
    if not isinstance(value, dict):
        return value
    found = {key: _without_contact(each, order_id) for key, each in value.items()}
    if "customerInfo" not in found or order_id not in {found.get("id"), found.get("orderId")}:
        return found
    if "items" in found:
        return presenters.without_contact(found) | {"message": None}
    return found | {"customerInfo": ERASED, "notes": None}


def _offered_again(order: Order, given: Json) -> Json:
    """Offer an order again; not one that was assigned by a shop which offers none to couriers."""
    if not order.courier_wanted and _terms(order)[0] == "none":
        return _not_offered(order, given)
    return NO_COURIER | wanted(order)


def _not_offered(_: Order, __: Json) -> Json:
    return NO_COURIER | {"courier_wanted_at": None}


# By action: what it changes about the courier.
EFFECTS: Mapping[str, Callable[[Order, Json], Json]] = {
    "assign": assigned,
    "request-courier": lambda order, _: wanted(order),
    "cancel-courier": lambda *_: {"courier_wanted_at": None},
    "release": _offered_again,
    "unassign": _not_offered,
    "return": _not_offered,
}
