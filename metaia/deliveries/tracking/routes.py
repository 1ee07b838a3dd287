"""Routes of a courier's own shift and positions, and of couriers near an order."""

from __future__ import annotations

from contextlib import suppress

from flask import Response
from redis.exceptions import RedisError

from metaia.core.access.actor import current
from metaia.core.errors import Conflict, Forbidden, NotFound, Unavailable
from metaia.core.http import etags
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import READ, WRITE
from metaia.core.http.views import answer
from metaia.core.json import Json
from metaia.couriers import schemas as courier_schemas
from metaia.couriers import service as couriers
from metaia.couriers.policy import COURIERS_WORK
from metaia.deliveries import listing, schemas
from metaia.deliveries import service as delivery_service
from metaia.deliveries.tracking import near, service
from metaia.deliveries.tracking.schemas import Taken

blp = Blueprint("courier_work", __name__, url_prefix="/api/couriers", description="The work of couriers")


@blp.endpoint(
    "GET", "", query=schemas.NearQuery, returns=schemas.NearCouriers, limit=READ, fails=(Forbidden, NotFound)
)
def get_near(query: Json) -> Response:
    """The couriers on shift that can get an order assigned, the nearest first: its partner, and admins."""
    return answer(couriers=near.couriers(current(), query["order_id"]))


@blp.endpoint("GET", "/me/shift", returns=schemas.ShiftAndDeliveries, limit=READ, access=COURIERS_WORK)
def get_shift() -> Response:
    """One's own shift, and what is offered."""
    return _shift(couriers.read(current().id))


@blp.endpoint(
    "PUT",
    "/me/shift",
    body=courier_schemas.SetShift,
    example={"on": True, "vehicle": "bicycle"},
    returns=schemas.ShiftAndDeliveries,
    limit=WRITE,
    access=COURIERS_WORK,
    idempotent=True,
    fails=(Conflict,),
)
def set_shift(body: Json) -> Response:
    """Begin or end one's own shift. The answer has the deliveries that are offered already."""
    version = etags.expected(body.pop("expected_version"))
    return _shift(couriers.set_shift(current(), body, version=version))


@blp.endpoint(
    "PUT",
    "/me/location",
    body=courier_schemas.Locations,
    example={"locations": [{"lat": 19.06, "lng": 72.83, "at": "2026-11-28T12:00:00Z"}]},
    returns=Taken,
    limit=WRITE.limited_to("60 per minute"),
    access=COURIERS_WORK,
    fails=(Conflict, Unavailable),
)
def put_locations(body: Json) -> Response:
    """Send one's own positions, as tasks in the background do. The newest one counts."""
    return answer(taken=service.take(current(), body["locations"]))


def _shift(shown: Json) -> Response:
    orders = delivery_service.open_list(current().id) if shown["on"] else []
    here = None
    with suppress(RedisError):
        here = couriers.positions().of([current().id]).get(current().id)
    return answer(shift=shown, deliveries=listing.offered(orders, here))
