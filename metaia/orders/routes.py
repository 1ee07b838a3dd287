"""Routes of orders, for the customer, partner and delivery apps."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from flask import Flask, Response
from marshmallow import Schema as MarshmallowSchema

import metaia.orders.campaign_filters
import metaia.orders.jobs  # noqa: F401 - registers itself
from metaia.auth.account import erasure, export
from metaia.core.access.actor import current
from metaia.core.http import etags
from metaia.core.http.idempotency import idempotent
from metaia.core.http.pagination import listing
from metaia.core.http.views import READ, WRITE, Blueprint, answer, rated
from metaia.notifications import registry as notification_registry
from metaia.notifications.content import templates
from metaia.orders import (
    compat_timing,
    events,
    history,
    presenters,
    privacy,
    queries,
    schemas,
    service,
    sockets,
)
from metaia.orders import create as create_order
from metaia.orders.notifications import NOTICES
from metaia.orders.queries import Order
from metaia.presence import publish as presence_publish
from metaia.realtime import catalogue, runtime

blp = Blueprint("orders", __name__, url_prefix="/api/orders", description="Orders")
bare = Blueprint(
    "orders_bare", __name__, url_prefix="/orders", description="Orders as the first partner app calls them"
)
Body = dict[str, Any]

ACTIONS: dict[str, tuple[type[MarshmallowSchema], str]] = {
    "accept": (schemas.Accept, "Take an order."),
    "reject": (schemas.Reject, "Turn an order down."),
    "prepare": (schemas.Change, "Begin to prepare an order."),
    "ready": (schemas.Ready, "Say that an order is ready."),
    "assign": (schemas.Assign, "Give an order to a courier."),
    "dispatch": (schemas.Change, "Say that an order is on its way."),
    "deliver": (schemas.Change, "Say that an order has arrived."),
    "complete": (schemas.Change, "Close an order."),
    "cancel": (schemas.Cancel, "Cancel an order."),
}
BARE_ACTIONS = ("accept", "reject", "ready")


@blp.route("", methods=["POST"])
@blp.arguments(schemas.Create, example=schemas.EXAMPLE)
@blp.response(201, schemas.OneOrder)
@rated(WRITE)
@idempotent
def create(body: Body) -> Response:
    """Place an order."""
    return _one(create_order.place(current(), body), status=201)


@blp.route("")
@blp.arguments(schemas.ListQuery, location="query")
@blp.response(200, schemas.ManyOrders)
@rated(READ)
def get_many(query: Body) -> Response:
    """The orders one takes part in; staff see all."""
    actor = current()
    return listing("orders", query, partial(queries.page, actor), partial(presenters.order, actor=actor))


@blp.route("/<id:order_id>")
@blp.arguments(schemas.AsOf, location="query")
@blp.response(200, schemas.OneOrder)
@rated(READ)
def get_one(query: Body, order_id: str) -> Response:
    """One order; with `asOf`, as it was then."""
    if query["as_of"] is None:
        return _one(service.read(current(), order_id))
    return _one(history.timeline(current(), order_id, query["as_of"])[0])


@blp.route("/<id:order_id>/timeline")
@blp.arguments(schemas.AsOf, location="query")
@blp.response(200, schemas.Timeline)
@rated(READ)
def get_timeline(query: Body, order_id: str) -> Response:
    """Everything that happened to an order; with `asOf`, up to then."""
    order, steps = history.timeline(current(), order_id, query["as_of"])
    return answer(
        order=presenters.order(order, current()), timeline=[presenters.step(step) for step in steps]
    )


@blp.route("/<id:order_id>/status", methods=["PUT"])
@blp.arguments(schemas.SetStatus, example={"status": "accepted"})
@blp.response(200, schemas.OneOrder)
@rated(WRITE)
@idempotent
def set_status(body: Body, order_id: str) -> Response:
    """Bring an order into a status, by whichever action leads there."""
    version = etags.expected(body.pop("expected_version"))
    return _one(service.set_status(current(), order_id, body["status"], body, version=version))


def _one(order: Order, *, status: int = 200) -> Response:
    response = answer(status=status, order=presenters.order(order, current()))
    response.set_etag(str(order.version))
    return response


def _action(name: str, schema: type[MarshmallowSchema], summary: str) -> Callable[..., Response]:
    """Return the view of one action: they differ in nothing but their body."""

    def view(body: Body, order_id: str) -> Response:
        version = etags.expected(body.pop("expected_version"))
        return _one(service.act(current(), order_id, name, body, version=version))

    view.__name__, view.__doc__ = name, summary
    answered = blp.response(200, schemas.OneOrder)(rated(WRITE)(idempotent(view)))
    documented: Callable[..., Response] = blp.arguments(schema)(answered)
    return documented


for _name, (_schema, _summary) in ACTIONS.items():
    _view = _action(_name, _schema, _summary)
    blp.route(f"/<id:order_id>/{_name}", methods=["PATCH"])(_view)
    if _name in BARE_ACTIONS:
        bare.route(f"/<id:order_id>/{_name}", methods=["PATCH"])(_view)


def register(app: Flask, api: Any) -> None:
    """Register this domain with the application."""
    catalogue.declare(*events.EVENTS)
    notification_registry.declare(*NOTICES)
    templates.add(Path(__file__).parent / "templates")
    erasure.register(privacy.ask_to_forget)
    export.register("orders", privacy.pages)
    presence_publish.also_tell(queries.who_waits)
    runtime.of(app).feed.listen("order.updated", sockets.keep_strangers_out)
    for blueprint in (blp, bare, compat_timing.blp, compat_timing.admin):
        api.register_blueprint(blueprint)
