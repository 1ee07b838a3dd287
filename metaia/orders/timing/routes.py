"""Timing's addresses: the tracking page, the admin pages and their WebSocket."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import Flask, Response, render_template, request
from gevent.lock import BoundedSemaphore
from markupsafe import Markup

from metaia.core import rooms
from metaia.core.access import actor as actors
from metaia.core.access.actor import current
from metaia.core.errors import Forbidden, NotFound, Unauthenticated, Unavailable, UpgradeRequired
from metaia.core.http import browser, etags
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.content.caching import UNCHANGED
from metaia.core.http.endpoint import CONNECT, PUBLIC, READ, WRITE
from metaia.core.http.error_handlers import request_id
from metaia.core.http.views import raw_answer, unchanged
from metaia.core.json import Json
from metaia.orders import presenters as order_presenters
from metaia.orders import queries, service
from metaia.orders.policy import ORDERS_MANAGE, ORDERS_READ
from metaia.orders.queries import Order
from metaia.orders.schemas import Conflict, ListQuery, SetStatus
from metaia.orders.search import queries as search_queries
from metaia.orders.state import OPEN_STATUSES
from metaia.orders.timing import presenters, schemas, state
from metaia.realtime import catalogue, runtime
from metaia.realtime.catalogue import Channel
from metaia.realtime.clients.websocket import rendered_as
from metaia.realtime.gateways import plain as plain_gateway
from metaia.realtime.gateways import resuming
from metaia.realtime.gateways.plain import websockets

blp = Blueprint(
    "tracking", __name__, url_prefix="/api/orders", template_folder="templates", description="Tracking page"
)
admin = Blueprint(
    "admin_orders",
    __name__,
    url_prefix="/api/admin/orders",
    description="Orders for admins, in Timing's shape",
)
WAITING = BoundedSemaphore(
    200
)  # requests of this process that wait for a change; others are answered at once
CHANNEL = Channel(
    "admin",
    "/admin",
    schemas.TokenQuery,
    "order",
    schemas.AdminMessage,
    "A new or changed order, for admin pages.",
)


@blp.endpoint(
    "GET",
    "/<id:order_id>/status",
    query=schemas.TrackQuery,
    returns=schemas.TrackedOrder,
    also_returns=UNCHANGED,
    limit=READ.limited_to("60 per minute"),
    access=PUBLIC,
    fails=(Unavailable,),
)
def track(query: Json, order_id: str) -> Response:
    """Where an order stands, for a tracking page without login; with `wait`, as soon as it has changed.

    A browser, in which a user opens the link of a mail, gets a page instead.
    """
    if browser.prefers_html():
        return _page(order_id)
    order = _changed(order_id, query["wait"])
    if etags.is_known(order.version):
        return unchanged(order.version)
    response = raw_answer(presenters.tracked(order_presenters.common(order)))
    response.set_etag(str(order.version))
    response.vary.add("Accept")
    return response


def _page(order_id: str) -> Response:
    """Return the page of an order, or of the error that there is none."""
    order = queries.get(order_id)
    if order is None:
        return browser.error_page(NotFound("There is no such order. Copy the whole link."), request_id())
    shown = presenters.tracked(order_presenters.common(order))
    title, text = presenters.SENTENCES[order.status]
    page = render_template(
        "timing/track.html", order=shown, number=order.order_number, title=title, text=text,
        open=order.status in OPEN_STATUSES, style=Markup(browser.STYLE),  # noqa: S704 - a constant
    )  # fmt: skip
    return Response(page, mimetype=browser.HTML, headers={**browser.PAGE_HEADERS, "Vary": "Accept"})


def _changed(order_id: str, seconds: float) -> Order:
    """Return an order as soon as the caller does not know its version, at the latest after `seconds`.

    Waiting holds no connection to the database. Raises NotFound.
    """

    def read() -> Order:
        order = queries.get(order_id)
        if order is None:
            raise NotFound("There is no such order.")
        return order

    def is_new(order: Order) -> bool:
        return not etags.is_known(order.version)

    if not WAITING.acquire(blocking=False):
        return read()
    try:
        return runtime.current().feed.read_when([rooms.subject("order", order_id)], seconds, read, is_new)
    finally:
        WAITING.release()


@admin.endpoint(
    "GET",
    "",
    query=ListQuery,
    returns=schemas.ManyOrders,
    limit=READ,
    access=ORDERS_READ,
)
def get_all(query: Json) -> Response:
    """All orders; a `status` of Timing finds all orders that are shown with it."""
    page = {name: query.pop(name) for name in ("sort", "limit", "cursor")}
    if "status" in query:
        query["status"] = state.filtered(query["status"])
    orders, following = search_queries.page(current(), filters=query, **page)
    return raw_answer(
        [presenters.order(order_presenters.common(order)) for order in orders],
        meta={"next_cursor": following},
    )


@admin.endpoint(
    "PUT",
    "/<id:order_id>/status",
    body=SetStatus,
    example={"status": "preparing"},
    returns=schemas.OneOrder,
    limit=WRITE,
    access=ORDERS_MANAGE,
    idempotent=True,
    conflict=Conflict,
)
def set_status(body: Json, order_id: str) -> Response:
    """Bring an order into a status, by all actions that lead there: one of Timing's buttons may skip some."""
    version = etags.expected(body.pop("expected_version"))
    order = service.walk_to(current(), order_id, body["status"], body, version=version)
    return raw_answer(presenters.order(order_presenters.common(order)))


@websockets.endpoint(
    "GET",
    "/admin",
    query=schemas.TokenQuery,
    status=101,
    limit=CONNECT,
    access=PUBLIC,
    fails=(Unauthenticated, Forbidden, UpgradeRequired, Unavailable),
    websocket=True,
)
def for_admins(query: Json) -> Response:
    """WebSocket for Timing's admin pages, in Timing's own messages."""
    token = query["token"] or actors.bearer(request.headers.get("Authorization"))
    actor = resuming.actor_of(token, partial(resuming.session_return, presenters.FORMAT))
    if not actor.may(ORDERS_MANAGE):
        raise Forbidden("For admins only.")
    actors.set_current(actor)
    start = resuming.session_start(actor, presenters.FORMAT, query["cursor"])
    return plain_gateway.serve(actor, rendered_as(presenters.FORMAT), start)


def register(app: Flask, api: Any) -> None:
    """Register these routes and messages with the application."""
    catalogue.register(app, CHANNEL)
    for blueprint in (blp, admin):
        api.register_blueprint(blueprint)
