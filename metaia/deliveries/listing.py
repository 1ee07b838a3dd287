"""Lists of deliveries as their viewers see them."""

from __future__ import annotations

from collections.abc import Sequence

from metaia.core.access.actor import Actor
from metaia.core.geo import Point
from metaia.core.json import Json
from metaia.core.times import now
from metaia.couriers import queries as courier_queries
from metaia.deliveries import presenters, queries
from metaia.deliveries.presenters import Context
from metaia.orders import policy as order_policy
from metaia.orders.queries import Order


def offered(orders: Sequence[Order], here: Point | None) -> list[Json]:
    """Return deliveries for a courier that may claim them, at the place `here`."""
    pickups = queries.pickups(order.partner_id for order in orders)
    context = Context(pickups, here, ends=queries.ends(orders))
    return [presenters.offered(order, context) for order in orders]


def known(
    actor: Actor,
    orders: Sequence[Order],
    here: Point | None = None,
    positions: dict[str, Json] | None = None,
) -> list[Json]:
    """Return deliveries for a viewer that sees their orders; with `positions`, where their couriers are."""
    ids = [order.courier_id for order in orders if order.courier_id]
    context = Context(
        queries.pickups(order.partner_id for order in orders),
        here,
        queries.names(ids),
        courier_queries.all_vehicles(ids),
        positions,
    )
    return [presenters.known(order, context, contact=_sees_contact(actor, order)) for order in orders]


def _sees_contact(actor: Actor, order: Order) -> bool:
    return order_policy.may_see(actor, order) and order_policy.sees_contact(
        actor, order, order.contact_until, now()
    )
