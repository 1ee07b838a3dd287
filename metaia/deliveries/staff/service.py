"""What staff do with deliveries."""

from __future__ import annotations

from metaia.core import db, rooms
from metaia.core.access.actor import Actor
from metaia.core.access.permissions import DELIVERY
from metaia.core.audit import log as audit_log
from metaia.core.errors import Conflict, Invalid, NotFound
from metaia.core.json import Json
from metaia.deliveries.dispatch import service as dispatch
from metaia.deliveries.lost import service as lost
from metaia.jobs import registry as job_registry
from metaia.orders.couriers import queries as courier_orders
from metaia.orders.queries import Order
from metaia.users import queries as user_queries

MOST = 100


def listed(state: str) -> list[Order]:
    """Return the orders that no courier has claimed, that couriers have, or of which the courier is lost."""
    if state == "lost":
        return lost.found(MOST)
    return courier_orders.unclaimed(MOST) if state == "unclaimed" else courier_orders.claimed(MOST)


def offer(actor: Actor, delivery_id: str, given: Json) -> Order:
    """Offer an order to chosen couriers too, or by the rules of a mode from now on.

    Raises NotFound, Invalid and Conflict.
    """
    courier_ids, mode = given.get("courier_ids"), given.get("mode")
    if (courier_ids is None) == (mode is None):
        raise Invalid(details={"mode": ["Give either courierIds or mode."]})
    unknown = [each for each in courier_ids or () if user_queries.active_with_role(each, {DELIVERY}) is None]
    if unknown:
        raise Invalid(details={"courierIds": [f"Not active couriers: {', '.join(unknown)}"]})
    with db.transaction():
        order = courier_orders.of_delivery_to_change(delivery_id)
        if order is None:
            raise NotFound("There is no such delivery.")
        if not order.is_offered:
            raise Conflict("This delivery is not offered.", code="not_offered")
        if courier_ids is None:
            dispatch.restart(order, str(mode))
        else:
            dispatch.offer_to(order, courier_ids)
        audit_log.record(
            "delivery.offered",
            subject=rooms.subject("order", order.id),
            after={"courierIds": courier_ids, "mode": mode},
            user=(actor.id, actor.role),
        )
        job_registry.wake_on_commit()
        return order
