"""Where deliveries begin and end, as far as that is known."""

from __future__ import annotations

from metaia.core.geo import Point
from metaia.orders.queries import Order
from metaia.shops import queries as shop_queries


def pickup(order: Order) -> Point | None:
    """Return the place of an order's shop."""
    shop = shop_queries.get(order.partner_id) if order.partner_id else None
    return shop.point if shop else None


def dropoff(order: Order) -> Point | None:
    """Return the place of an order's destination."""
    place = order.destination or {}
    return None if place.get("lat") is None else Point(place["lat"], place["lng"])
