"""What staff do with deliveries."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from operator import itemgetter

from redis.exceptions import RedisError

from metaia.core import db, rooms
from metaia.core.access.actor import Actor
from metaia.core.access.permissions import DELIVERY
from metaia.core.audit import log as audit_log
from metaia.core.errors import Conflict, Invalid, NotFound
from metaia.core.geo import Point, metres
from metaia.core.json import Json
from metaia.core.times import rfc3339
from metaia.couriers import service as couriers
from metaia.deliveries import queries
from metaia.deliveries.dispatch import service as dispatch
from metaia.deliveries.lost import service as lost
from metaia.jobs import registry as job_registry
from metaia.orders.couriers import queries as courier_orders
from metaia.orders.queries import Order
from metaia.users import queries as user_queries

MOST = 100
MOST_CONSIDERED = 1_000  # from which those near a place are chosen
WITHIN = 50_000  # metres


def listed(state: str, near: Point | None = None) -> list[Order]:
    """Return the orders that no courier has claimed, that couriers have, or of which the courier is lost.

    With `near`, those of shops around that place, the nearest first.
    """
    if near is None:
        return _in_state(state, MOST)
    considered = _in_state(state, MOST_CONSIDERED)
    shops = queries.pickups(order.partner_id for order in considered)
    points = ((order, shops.get(order.partner_id or "")) for order in considered)
    away = [(metres(near, shop.point), order) for order, shop in points if shop and shop.point]
    close = [each for each in away if each[0] <= WITHIN]
    return [order for _, order in sorted(close, key=itemgetter(0))[:MOST]]


def positions(found: Sequence[Order]) -> dict[str, Json]:
    """Return where the couriers of orders are, by courier; each look is in the audit log."""
    courier_ids = sorted({order.courier_id for order in found if order.courier_id})
    try:
        places, seen = couriers.positions().of(courier_ids), couriers.positions().last_seen(courier_ids)
    except RedisError:
        return {}
    with db.transaction():
        for courier_id in places:
            audit_log.record("courier.position_read", subject=rooms.user(courier_id))
    times = {courier_id: datetime.fromtimestamp(at, UTC) for courier_id, at in seen.items()}
    return {
        courier_id: {"lat": place.lat, "lng": place.lng, "at": rfc3339(times[courier_id])}
        for courier_id, place in places.items()
        if courier_id in times
    }


def _in_state(state: str, most: int) -> list[Order]:
    if state == "lost":
        return lost.found(most)
    return courier_orders.unclaimed(most) if state == "unclaimed" else courier_orders.claimed(most)


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
