"""Taking orders from couriers that are lost.

Only couriers that have claimed their orders send positions; others may use an app that does not. A Redis that was
emptied knows no courier, so nothing is lost until its positions have been kept for long enough.
"""

from __future__ import annotations

import time
from datetime import timedelta

from redis.exceptions import RedisError

from metaia.core import db
from metaia.core.times import now
from metaia.couriers import service as couriers
from metaia.deliveries import queries
from metaia.jobs import loop
from metaia.orders import queries as order_queries
from metaia.orders import service as order_service
from metaia.orders.couriers import service as order_couriers
from metaia.orders.queries import Order
from metaia.orders.state import MACHINE

SILENT = timedelta(minutes=10)
BATCH = 200


def found(limit: int = BATCH) -> list[Order]:
    """Return the active orders that lost couriers have claimed; none while Redis is away."""
    silent = SILENT.total_seconds()
    positions, moment = couriers.positions(), time.time()
    try:
        if moment - positions.kept_since() < silent:
            return []
        lost: list[Order] = []
        page = queries.claims_before(now() - SILENT, BATCH)
        while page and len(lost) < limit:
            seen = positions.last_seen([order.courier_id for order in page if order.courier_id])
            lost += [order for order in page if seen.get(order.courier_id or "", 0.0) < moment - silent]
            page = queries.claims_before(now() - SILENT, BATCH, page[-1].id)
    except RedisError:
        return []
    return lost[:limit]


def release() -> int:
    """Offer the orders of lost couriers to others; return their number. Goods that are on their way stay with them."""
    carriers = {order.id: order.courier_id for order in found() if MACHINE.find(order.status, "release")}
    return loop.work_each(lambda order_id: _release(order_id, carriers[order_id]), carriers)


def _release(order_id: str, courier_id: str | None) -> bool:
    with db.transaction():
        order = order_queries.to_change(order_id)
        if order is None or order.courier_id is None or order.courier_id != courier_id:
            return False  # another courier has it now
        transition = MACHINE.find(order.status, "release")
        if transition is None:
            return False
        changes = order_couriers.EFFECTS["release"](order, {})
        order_service.move(order, transition, changes, "No position of the courier for ten minutes.", None)
        return True
