"""The actions on an order that follow from its shipments, as the system's."""

from __future__ import annotations

import structlog

from metaia.core import db
from metaia.core.errors import Problem
from metaia.orders import queries as order_queries
from metaia.orders import service as order_service
from metaia.orders.money import service as order_money
from metaia.orders.queries import Order
from metaia.shipments import carriers, queries
from metaia.shipments.queries import Shipment
from metaia.shipments.state import DELIVERED, MOVING, SETTLED

SENT = frozenset({*MOVING, DELIVERED})  # statuses of a parcel that has left the shop for the customer
ON_ITS_WAY = "out_for_delivery"
log = structlog.get_logger(__name__)


def follow(shipment: Shipment) -> bool:
    """Dispatch or deliver the order of a shipment, which is written; return whether it was delivered.

    An order that does not allow it stays as it is, and the log has a note. One that a courier has is the courier's.
    """
    order = order_queries.get(shipment.order_id)
    if order is None or order.courier_id is not None:
        return False
    if shipment.status in SENT and order.status == "ready":
        order = _advance(order, "dispatch", shipment)
    if shipment.status not in SETTLED or order.status != ON_ITS_WAY:
        return False
    # The row lock first: of two last parcels at once, the second one sees the first.
    order = order_money.to_change(order.id)
    if order is None or order.status != ON_ITS_WAY or not _all_arrived(order.id):
        return False
    return _advance(order, "deliver", shipment).status == DELIVERED


def _all_arrived(order_id: str) -> bool:
    statuses = {each.status for each in queries.of_order(order_id)}
    return DELIVERED in statuses and statuses <= SETTLED


def _advance(order: Order, action: str, shipment: Shipment) -> Order:
    """Return the order after an action of the system, or as it is if it does not allow that."""
    words = "has the parcel" if action == "dispatch" else "has delivered the last parcel"
    reason = f"{carriers.find(shipment.slug).name} {words} ({shipment.code})."
    try:
        # The customer is notified of the shipment that is sent, which has a tracking page.
        with db.savepoint():
            return order_service.advance(order.id, action, reason, notify=action != "dispatch")
    except Problem as problem:
        log.info("order not moved", order=order.id, shipment=shipment.id, action=action, because=problem.code)
        return order_queries.get(order.id) or order  # another parcel may have moved it since it was read
