"""Taking positions of couriers, and sending them to the parties of their orders."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from redis.exceptions import RedisError

from metaia.core import geo, rooms
from metaia.core.access.actor import Actor
from metaia.core.errors import Conflict, Unavailable
from metaia.core.geo import Eta, Point
from metaia.core.json import Json
from metaia.core.times import now, rfc3339
from metaia.couriers import queries as courier_queries
from metaia.couriers import service as couriers
from metaia.deliveries import places
from metaia.deliveries.tracking import policy
from metaia.deliveries.tracking.policy import ETA, LOCATION
from metaia.orders.couriers import queries as courier_orders
from metaia.orders.queries import Order
from metaia.realtime import events


def take(actor: Actor, fixes: Iterable[Json]) -> bool:
    """Store the newest of some positions of a courier, and send it; return whether it counts.

    Raises Conflict (`off_shift`) for a courier without a shift and without orders, and Unavailable.
    """
    shift = courier_queries.shift(actor.id)
    orders = courier_orders.active_of(actor.id)
    if not orders and (shift is None or not shift.working):
        raise Conflict("You are not on shift.", code="off_shift")
    fix = policy.newest(fixes, now())
    if fix is None:
        return False
    point = Point(fix["lat"], fix["lng"])
    try:
        if not couriers.positions().put(actor.id, point, fix["at"].timestamp()):
            return False
        shown = [
            each
            for each in orders
            if policy.is_followed(each.status) and couriers.positions().may_show(each.id)
        ]
    except RedisError:
        raise Unavailable(retry_after=5) from None
    for order in shown:
        _send(order, fix, point, shift.vehicle if shift else geo.USUAL)
    return True


def _send(order: Order, fix: Json, point: Point, vehicle: str) -> None:
    estimate = _estimate(order, point, vehicle)
    viewer = policy.viewer(order, order.status)
    seen = {
        "orderId": order.id,
        "lat": fix["lat"],
        "lng": fix["lng"],
        "heading": fix["heading"],
        "at": rfc3339(fix["at"]),
        "etaAt": rfc3339(estimate.at if estimate else None),
    }
    events.emit_ephemeral(LOCATION, seen, audience=[*_users(viewer), *rooms.STAFF])
    if estimate is not None:
        times = {"at": estimate.at, "lowAt": estimate.low_at, "highAt": estimate.high_at}
        payload = {"orderId": order.id} | {name: rfc3339(moment) for name, moment in times.items()}
        events.emit_ephemeral(ETA, payload, audience=_users(order.customer_id, order.partner_id))


def _estimate(order: Order, here: Point, vehicle: str) -> Eta | None:
    """Return when an order arrives; None if a place is unknown."""
    customer = places.dropoff(order)
    if customer is None:
        return None
    if order.status == "out_for_delivery":
        to_customer = geo.ride(here, customer, vehicle)
        return geo.estimate(now(), ready_in=0, to_shop=0, to_customer=to_customer)
    shop = places.pickup(order)
    if shop is None:
        return None
    return geo.estimate(
        now(),
        ready_in=_ready_in(order, now()),
        to_shop=geo.ride(here, shop, vehicle),
        to_customer=geo.ride(shop, customer, vehicle),
    )


def _ready_in(order: Order, moment: datetime) -> float:
    """Return in how many minutes an order is ready, as far as its partner has stated that as a number."""
    if order.status == "ready" or not isinstance(order.estimated_time, int | float):
        return 0.0
    passed = (moment - order.updated_at).total_seconds() / 60
    return max(0.0, order.estimated_time - passed)


def _users(*user_ids: str | None) -> list[str]:
    return [rooms.user(user_id) for user_id in user_ids if user_id]
