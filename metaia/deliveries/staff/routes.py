"""Routes of deliveries for staff."""

from __future__ import annotations

from flask import Response

from metaia.core.access.actor import current
from metaia.core.errors import Conflict, NotFound
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import READ, WRITE
from metaia.core.http.views import answer
from metaia.core.json import Json
from metaia.couriers import schemas as courier_schemas
from metaia.couriers import service as couriers
from metaia.couriers.policy import SHIFTS_END
from metaia.deliveries import listing, schemas
from metaia.deliveries.policy import DELIVERIES_MANAGE, DELIVERIES_READ
from metaia.deliveries.staff import service

blp = Blueprint(
    "admin_deliveries", __name__, url_prefix="/api/admin/deliveries", description="Deliveries, for staff"
)
shifts = Blueprint(
    "admin_couriers", __name__, url_prefix="/api/admin/couriers", description="Couriers, for staff"
)


@blp.endpoint(
    "GET",
    "",
    query=schemas.StaffQuery,
    returns=schemas.ManyDeliveries,
    limit=READ,
    access=DELIVERIES_READ,
)
def get_many(query: Json) -> Response:
    """At most 100 deliveries: unclaimed, claimed, or with a lost courier; those that wait longest first."""
    found = service.listed(query["state"], query["near"])
    positions = service.positions(found) if query["positions"] else None
    return answer(deliveries=listing.known(current(), found, query["near"], positions))


@blp.endpoint(
    "POST",
    "/<id:order_delivery_id>/offer",
    body=schemas.OfferTo,
    example={"mode": "broadcast"},
    returns=schemas.OneDelivery,
    limit=WRITE,
    access=DELIVERIES_MANAGE,
    idempotent=True,
    fails=(NotFound, Conflict),
)
def offer(body: Json, order_delivery_id: str) -> Response:
    """Offer a delivery to chosen couriers too, or to all again."""
    order = service.offer(current(), order_delivery_id, body)
    return answer(delivery=listing.known(current(), [order])[0])


@shifts.endpoint(
    "PATCH",
    "/<id:courier_id>/shift",
    body=courier_schemas.EndShift,
    example={"on": False, "reason": "Asked for by telephone."},
    returns=courier_schemas.OneShift,
    limit=WRITE,
    access=SHIFTS_END,
    idempotent=True,
    fails=(NotFound,),
)
def end_shift(body: Json, courier_id: str) -> Response:
    """End the shift of a courier."""
    return answer(shift=couriers.end(current(), courier_id, body["reason"]))
