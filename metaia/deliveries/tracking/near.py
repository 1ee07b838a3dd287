"""Couriers on shift near the shop of an order."""

from __future__ import annotations

from contextlib import suppress

from redis.exceptions import RedisError

from metaia.core.access.actor import Actor
from metaia.core.errors import Forbidden
from metaia.core.json import Json
from metaia.couriers import queries as courier_queries
from metaia.couriers import service as courier_service
from metaia.deliveries import places, presenters, queries
from metaia.orders import policy as order_policy
from metaia.orders import service as order_service
from metaia.orders.couriers import queries as courier_orders
from metaia.orders.state import MACHINE

WITHIN = 50  # km
MOST = 20


def couriers(actor: Actor, order_id: str) -> list[Json]:
    """Return the couriers that can get an order assigned, the nearest first. Raises NotFound and Forbidden."""
    order = order_service.read(actor, order_id)
    if not MACHINE.ever("assign", order_policy.parties(actor, order)):
        raise Forbidden("You may not assign this order.")
    own = courier_queries.fleet_ids(order.partner_id) if order.partner_id else set()
    away: dict[str, float] = {}
    place = places.pickup(order)
    if place is not None:
        with suppress(RedisError):
            away = {each.courier_id: each.metres for each in courier_service.positions().near(place, WITHIN)}
    found = list(dict.fromkeys([*away, *own, *courier_queries.working(MOST)]))
    vehicles = courier_queries.vehicles(found)
    listed = [each for each in found if each in vehicles][:MOST]
    names, jobs = queries.names(listed), courier_orders.active_counts(listed)
    return [
        presenters.near_courier(
            each, names[each], vehicles[each], away.get(each), jobs=jobs.get(each, 0), own=each in own
        )
        for each in listed
    ]
