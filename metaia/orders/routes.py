"""Routes of orders, for the customer, partner and delivery apps."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from flask import Flask, Response
from marshmallow import Schema as MarshmallowSchema

from metaia.auth.account import erasure, export
from metaia.bookings.customers import service as booking_customers
from metaia.chat import contexts as chat_contexts
from metaia.core import versions
from metaia.core.access.actor import current
from metaia.core.http import etags
from metaia.core.http.actions import register_actions
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.content.caching import UNCHANGED
from metaia.core.http.endpoint import READ, WRITE
from metaia.core.http.pagination import listing
from metaia.core.http.views import answer, answer_if_changed, answer_versioned
from metaia.core.json import Json
from metaia.jobs import registry as job_registry
from metaia.media.uses import registry as media_subjects
from metaia.notifications import registry as notification_registry
from metaia.notifications.campaigns import audience_filters
from metaia.notifications.content import templates
from metaia.offers.accepting import service as accepting
from metaia.orders import (
    events,
    history,
    jobs,
    presenters,
    privacy,
    publish,
    schemas,
    service,
    sockets,
)
from metaia.orders.chat import jobs as chat_jobs
from metaia.orders.chat import service as chat
from metaia.orders.courier_actions import routes as courier_actions
from metaia.orders.create import create as create_order
from metaia.orders.customers import queries as customer_queries
from metaia.orders.customers.campaign_filters import HAS_ORDERED_SINCE
from metaia.orders.money import audit_rules
from metaia.orders.money import jobs as money_jobs
from metaia.orders.money.following import Orders
from metaia.orders.notifications import NOTIFICATION_TYPES, STILL_TRUE
from metaia.orders.payment.state import COD
from metaia.orders.pictures import service as picture_service
from metaia.orders.placing import schemas as placing_schemas
from metaia.orders.placing import service as placing
from metaia.orders.proof.schemas import Deliver
from metaia.orders.queries import Order
from metaia.orders.quotes import routes as quote_routes
from metaia.orders.search import commands
from metaia.orders.search import queries as search_queries
from metaia.orders.timing import routes as timing_routes
from metaia.payments.purposes import registry as purpose_types
from metaia.presence import publish as presence_publish
from metaia.realtime import catalogue, inbound, runtime

blp = Blueprint("orders", __name__, url_prefix="/api/orders", description="Orders")
bare = Blueprint(
    "orders_bare", __name__, url_prefix="/orders", description="Orders as the first partner app calls them"
)

ACTIONS: dict[str, tuple[type[MarshmallowSchema], str]] = {
    "accept": (schemas.Accept, "Take an order."),
    "reject": (schemas.Reject, "Turn an order down."),
    "prepare": (schemas.Change, "Begin to prepare an order."),
    "ready": (schemas.Ready, "Say that an order is ready."),
    "assign": (schemas.Assign, "Give an order to a courier."),
    "dispatch": (schemas.Dispatch, "Say that an order is on its way."),
    "deliver": (Deliver, "State that an order has arrived, with the proof that its shop wants."),
    "complete": (schemas.Change, "Close an order."),
    "cancel": (schemas.Cancel, "Cancel an order."),
}
BARE_ACTIONS = {name: ACTIONS[name] for name in ("accept", "reject", "ready")}


@blp.endpoint(
    "POST",
    "",
    body=placing_schemas.Create,
    example=placing_schemas.EXAMPLE,
    returns=schemas.OneOrder,
    status=201,
    limit=WRITE.with_body(placing_schemas.LARGEST_ORDER),
    idempotent=True,
)
def create(body: Json) -> Response:
    """Place an order."""
    return _one(create_order(current(), body), status=201)


@blp.endpoint("GET", "", query=schemas.ListQuery, returns=schemas.ManyOrders, limit=READ)
def get_many(query: Json) -> Response:
    """The orders one takes part in; staff see all."""
    actor = current()
    return listing(
        "orders", query, partial(search_queries.page, actor), partial(presenters.order, actor=actor)
    )


@blp.endpoint(
    "GET", "/<id:order_id>", query=schemas.AsOf, returns=schemas.OneOrder, also_returns=UNCHANGED, limit=READ
)
def get_one(query: Json, order_id: str) -> Response:
    """One order; with `asOf`, as it was then."""
    if query["as_of"] is None:
        order = service.read(current(), order_id)
    else:
        order, _ = history.timeline(current(), order_id, query["as_of"])
    shown = presenters.with_code(order, current())
    return answer_if_changed(order.version, order=shown)


@blp.endpoint("GET", "/<id:order_id>/timeline", query=schemas.AsOf, returns=schemas.Timeline, limit=READ)
def get_timeline(query: Json, order_id: str) -> Response:
    """Everything that happened to an order; with `asOf`, up to then."""
    order, steps = history.timeline(current(), order_id, query["as_of"])
    return answer(
        order=presenters.order(order, current()), timeline=presenters.steps(order, steps, current())
    )


@blp.endpoint(
    "PUT",
    "/<id:order_id>/status",
    body=schemas.SetStatus,
    example={"status": "accepted"},
    returns=schemas.OneOrder,
    limit=WRITE,
    idempotent=True,
    conflict=schemas.Conflict,
)
def set_status(body: Json, order_id: str) -> Response:
    """Bring an order into a status, by whichever action leads there."""
    version = etags.expected(body.pop("expected_version"))
    return _one(service.set_status(current(), order_id, body["status"], body, version=version))


def _one(order: Order, *, status: int = 200) -> Response:
    return answer_versioned(order.version, status=status, order=presenters.order(order, current()))


def _act(order_id: str, action: str, body: Json, version: versions.Expected) -> Response:
    return _one(service.act(current(), order_id, action, body, version=version))


register_actions(
    blp, "PATCH", "/<id:order_id>", ACTIONS, _act, returns=schemas.OneOrder, conflict=schemas.Conflict
)
register_actions(
    bare, "PATCH", "/<id:order_id>", BARE_ACTIONS, _act, returns=schemas.OneOrder, conflict=schemas.Conflict
)


def register(app: Flask, api: Any) -> None:
    """Register this domain with the application."""
    catalogue.register(app, *events.EVENTS)
    inbound.register(app, sockets)
    job_registry.register(app, jobs)
    job_registry.register(app, money_jobs)
    job_registry.register(app, chat_jobs)
    chat_contexts.CONTEXTS.register(app, chat_contexts.ORDER, chat.CONTEXT)
    purpose_types.register(app, Orders())
    purpose_types.METHODS.register(app, COD, lambda _: None)  # cash is always possible
    accepting.FULFILMENTS.register(app, "orders", placing.of_offer)
    booking_customers.KNOWN.register(app, "orders", customer_queries.has_ordered)
    relation = chat_contexts.Relation(customer_queries.between, is_order=True)
    chat_contexts.RELATIONS.register(app, "orders", relation)
    audit_rules.register(app)
    notification_registry.register(app, *NOTIFICATION_TYPES)
    notification_registry.TRUTH_CHECKS.register(
        app, STILL_TRUE, notification_registry.TruthCheck(publish.still_true)
    )
    templates.register(app, Path(__file__).parent / "templates")
    audience_filters.register(app, HAS_ORDERED_SINCE)
    erasure.ERASERS.register(app, "orders", privacy.request_erasure)
    export.EXPORTS.register(app, "orders", privacy.pages)
    media_subjects.SUBJECTS.register(app, picture_service.KIND, picture_service.SUBJECTS)
    presence_publish.watchers.register(app, "orders", customer_queries.waiting)
    runtime.of(app).feed.subscribe("order.updated", sockets.evict_former_parties)
    for blueprint in (blp, bare, courier_actions.blp):
        api.register_blueprint(blueprint)
    quote_routes.register(app, api)
    timing_routes.register(app, api)
    commands.register(app)
