"""Routes of deliveries for couriers and the parties of an order; and the registration of this domain."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

from flask import Flask, Response
from redis.exceptions import RedisError

from metaia.core.access.actor import current
from metaia.core.errors import Conflict, Forbidden, NotFound
from metaia.core.geo import Point
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import READ, WRITE
from metaia.core.http.views import answer
from metaia.core.json import Json
from metaia.core.times import now
from metaia.couriers import service as couriers
from metaia.couriers.policy import COURIERS_WORK
from metaia.deliveries import events, jobs, listing, publish, schemas, service
from metaia.deliveries.notifications import NOTIFICATION_TYPES, STILL_TRUE
from metaia.deliveries.staff import routes as staff_routes
from metaia.deliveries.tracking import events as tracking_events
from metaia.deliveries.tracking import routes as tracking_routes
from metaia.deliveries.tracking import sockets
from metaia.jobs import registry as job_registry
from metaia.notifications import registry as notification_registry
from metaia.notifications.content import templates
from metaia.orders import hooks as order_hooks
from metaia.orders import presenters as order_presenters
from metaia.orders.couriers import queries as courier_orders
from metaia.realtime import catalogue, inbound

blp = Blueprint("deliveries", __name__, url_prefix="/api/deliveries", description="Deliveries")


@blp.endpoint(
    "GET",
    "",
    query=schemas.DeliveriesQuery,
    returns=schemas.ManyDeliveries,
    limit=READ,
    access=COURIERS_WORK,
)
def get_many(query: Json) -> Response:
    """The deliveries that are offered to a courier on shift, or one's own."""
    actor = current()
    if query["state"] == "open":
        return answer(deliveries=listing.offered(service.open_list(actor.id), _here()))
    return answer(deliveries=listing.known(actor, courier_orders.carried_by(actor.id, now()), _here()))


@blp.endpoint(
    "GET",
    "/<id:order_delivery_id>",
    returns=schemas.OneDelivery,
    limit=READ,
    fails=(NotFound, Forbidden),
)
def get_one(order_delivery_id: str) -> Response:
    """One delivery: for couriers that may claim it, its courier, the parties of its order, and staff."""
    order, is_known = service.read(current(), order_delivery_id)
    shown = listing.known(current(), [order], _here()) if is_known else listing.offered([order], _here())
    return answer(delivery=shown[0])


@blp.endpoint(
    "POST",
    "/<id:order_delivery_id>/claim",
    returns=schemas.Claimed,
    limit=WRITE,
    access=COURIERS_WORK,
    idempotent=True,
    fails=(NotFound, Conflict),
)
def claim(order_delivery_id: str) -> Response:
    """Take a delivery. Again, the answer is the same; another courier gets 409 `already_claimed`."""
    order = service.claim(current(), order_delivery_id)
    shown = listing.known(current(), [order], _here())[0]
    return answer(delivery=shown, order=order_presenters.order(order, current()))


@blp.endpoint(
    "POST",
    "/<id:order_delivery_id>/decline",
    returns=schemas.ManyDeliveries,
    limit=WRITE,
    access=COURIERS_WORK,
    idempotent=True,
    fails=(NotFound, Conflict),
)
def decline(order_delivery_id: str) -> Response:
    """Get this offer no more. The answer has the other ones."""
    service.decline(current(), order_delivery_id)
    return answer(deliveries=listing.offered(service.open_list(current().id), _here()))


def _here() -> Point | None:
    """Return the caller's last position, if it is a courier and Redis can be reached."""
    with suppress(RedisError):
        return couriers.positions().of([current().id]).get(current().id)
    return None


def register(app: Flask, api: Any) -> None:
    """Register this domain with the application."""
    catalogue.register(app, *events.EVENTS, *tracking_events.EVENTS)
    inbound.register(app, sockets)
    job_registry.register(app, jobs)
    order_hooks.HOOKS.register(app, "deliveries", service.changed)
    notification_registry.register(app, *NOTIFICATION_TYPES)
    notification_registry.TRUTH_CHECKS.register(
        app, STILL_TRUE, notification_registry.TruthCheck(publish.still_true)
    )
    templates.register(app, Path(__file__).parent / "templates")
    for blueprint in (blp, tracking_routes.blp, staff_routes.blp, staff_routes.shifts):
        api.register_blueprint(blueprint)
