"""Routes of shipments, and the registration of this domain."""

from __future__ import annotations

from pathlib import Path

from flask import Flask, Response

from metaia.auth.account import erasure, export
from metaia.core.access.actor import current
from metaia.core.errors import Forbidden, NotFound, TooMany, Unavailable
from metaia.core.http import etags
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import READ, WRITE
from metaia.core.http.views import answer, answer_versioned
from metaia.core.json import Json
from metaia.core.openapi.document import Api
from metaia.jobs import registry as job_registry
from metaia.notifications import registry as notification_registry
from metaia.notifications.content import templates
from metaia.orders import service as order_service
from metaia.realtime import catalogue
from metaia.shipments import (
    carriers,
    events,
    jobs,
    presenters,
    privacy,
    publish,
    queries,
    schemas,
    service,
    tokens,
)
from metaia.shipments.asking import service as asking
from metaia.shipments.create import create as create_shipment
from metaia.shipments.notifications import LINK, NOTIFICATION_TYPES, STILL_TRUE
from metaia.shipments.queries import Shipment
from metaia.shipments.tracking import routes as tracking_routes

blp = Blueprint("shipments", __name__, url_prefix="/api/shipments", description="Parcels of orders")
of_orders = Blueprint(
    "order_shipments", __name__, url_prefix="/api/orders", description="Parcels of one order"
)
listed = Blueprint("carriers", __name__, url_prefix="/api/carriers", description="Carriers of parcels")


@listed.endpoint("GET", "", returns=schemas.Carriers, limit=READ)
def get_carriers() -> Response:
    """The carriers of this installation."""
    return answer(carriers=[presenters.carrier(each) for each in carriers.current().values()])


@of_orders.endpoint(
    "POST",
    "/<id:order_id>/shipments",
    body=schemas.CreateShipment,
    example=schemas.EXAMPLE,
    returns=schemas.OneShipment,
    status=201,
    limit=WRITE,
    idempotent=True,
    fails=(Forbidden, NotFound),
    conflict=schemas.NotShipped,
)
def create(body: Json, order_id: str) -> Response:
    """Add a parcel to an order: its partner, and admins."""
    return _one(create_shipment(current(), order_id, body), status=201)


@of_orders.endpoint(
    "GET", "/<id:order_id>/shipments", returns=schemas.OrderShipments, limit=READ, fails=(Forbidden, NotFound)
)
def get_of_order(order_id: str) -> Response:
    """The parcels of an order, with their scans."""
    actor = current()
    order = order_service.read(actor, order_id)
    return answer(shipments=presenters.many(queries.of_order(order.id), actor))


@blp.endpoint("GET", "", query=schemas.ShipmentsQuery, returns=schemas.ManyShipments, limit=READ)
def get_many(query: Json) -> Response:
    """The parcels of the orders that one takes part in; staff see all."""
    actor = current()
    part = {name: query.pop(name) for name in ("sort", "limit", "cursor")}
    found, following = queries.page(actor, filters=query, **part)
    return answer(shipments=presenters.many(found, actor), meta={"next_cursor": following})


@blp.endpoint(
    "GET", "/<id:shipment_id>", returns=schemas.OneShipment, limit=READ, fails=(Forbidden, NotFound)
)
def get_one(shipment_id: str) -> Response:
    """One parcel, with its scans."""
    return _one(service.read(current(), shipment_id))


@blp.endpoint(
    "PATCH",
    "/<id:shipment_id>",
    body=schemas.UpdateShipment,
    example={"estimatedDelivery": "2026-12-01T12:00:00Z"},
    returns=schemas.OneShipment,
    limit=WRITE,
    idempotent=True,
    fails=(Forbidden, NotFound),
    conflict=schemas.Conflict,
)
def change(body: Json, shipment_id: str) -> Response:
    """Correct a parcel that is not on its way yet."""
    version = etags.expected(body.pop("expected_version"))
    return _one(service.update(current(), shipment_id, body, version))


@blp.endpoint(
    "POST",
    "/<id:shipment_id>/cancel",
    body=schemas.CancelShipment,
    example={"expectedVersion": 1},
    returns=schemas.OneShipment,
    limit=WRITE,
    idempotent=True,
    fails=(Forbidden, NotFound),
    conflict=schemas.Conflict,
)
def cancel(body: Json, shipment_id: str) -> Response:
    """Cancel a parcel that was never sent, was lost or came back. The order does not wait for it."""
    return _one(service.cancel(current(), shipment_id, etags.expected(body["expected_version"])))


@blp.endpoint(
    "POST",
    "/<id:shipment_id>/scans",
    body=schemas.AddScan,
    example={"status": "picked_up", "at": "2026-11-29T08:00:00Z", "location": {"city": "Pune"}},
    returns=schemas.OneShipment,
    status=201,
    limit=WRITE,
    idempotent=True,
    fails=(Forbidden, NotFound),
    conflict=schemas.Conflict,
)
def add_scan(body: Json, shipment_id: str) -> Response:
    """Add a scan by hand, for the carrier `manual`."""
    return _one(service.add_scan(current(), shipment_id, body), status=201)


@blp.endpoint(
    "POST",
    "/<id:shipment_id>/refresh",
    returns=schemas.OneShipment,
    limit=WRITE.limited_to("20 per minute"),
    fails=(Forbidden, NotFound, TooMany, Unavailable),
    conflict=schemas.Conflict,
)
def refresh(shipment_id: str) -> Response:
    """Ask the carrier for the scans of a parcel, at most once a minute."""
    return _one(asking.refresh(current(), shipment_id))


def _one(shipment: Shipment, *, status: int = 200) -> Response:
    shown = presenters.one(shipment, current())
    return answer_versioned(shipment.version, status=status, shipment=shown)


def register(app: Flask, api: Api) -> None:
    """Register this domain with the application."""
    catalogue.register(app, *events.EVENTS)
    job_registry.register(app, jobs)
    notification_registry.register(app, *NOTIFICATION_TYPES)
    notification_registry.TRUTH_CHECKS.register(
        app, STILL_TRUE, notification_registry.TruthCheck(publish.still_true)
    )
    notification_registry.LINK_BUILDERS.register(app, LINK, _link)
    templates.register(app, Path(__file__).parent / "templates")
    erasure.ERASERS.register(app, "shipments", privacy.request_erasure)
    export.EXPORTS.register(app, "shipments", privacy.pages)
    for blueprint in (listed, of_orders, blp, tracking_routes.blp):
        api.register_blueprint(blueprint)


def _link(data: Json) -> str:
    return tokens.url(data["shipmentId"])
