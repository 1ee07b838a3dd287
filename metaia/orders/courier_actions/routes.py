"""Actions on the courier of an order, and on the code that the courier asks the customer for."""

from __future__ import annotations

from flask import Response
from marshmallow import Schema as MarshmallowSchema

from metaia.core import versions
from metaia.core.access.actor import current
from metaia.core.http import etags
from metaia.core.http.actions import register_actions
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import WRITE
from metaia.core.http.views import answer_versioned
from metaia.core.json import Json
from metaia.orders import presenters, service
from metaia.orders.courier_actions import schemas
from metaia.orders.schemas import Change, Conflict, OneOrder

blp = Blueprint("order_couriers", __name__, url_prefix="/api/orders", description="The courier of an order")
ACTIONS: dict[str, tuple[type[MarshmallowSchema], str]] = {
    "request-courier": (Change, "Offer the delivery of an order to couriers."),
    "cancel-courier": (Change, "Offer the delivery of an order no more."),
    "release": (schemas.Release, "Give an order back: its courier. It is offered again."),
    "unassign": (schemas.Unassign, "Take an order from its courier."),
    "report-problem": (schemas.ReportProblem, "State why an order cannot be delivered: its courier."),
    "return": (Change, "Bring an order back to its shop: its courier."),
}


@blp.endpoint(
    "POST",
    "/<id:order_id>/delivery-code",
    body=Change,
    returns=OneOrder,
    limit=WRITE.limited_to("10 per minute"),
    idempotent=True,
    conflict=Conflict,
)
def renew_code(body: Json, order_id: str) -> Response:
    """Replace the delivery code of an order: its customer. `GET /api/orders/{id}` has the new one."""
    return _act(order_id, "renew-code", body, etags.expected(body.pop("expected_version")))


def _act(order_id: str, action: str, body: Json, version: versions.Expected) -> Response:
    order = service.act(current(), order_id, action, body, version=version)
    return answer_versioned(order.version, order=presenters.order(order, current()))


register_actions(blp, "PATCH", "/<id:order_id>", ACTIONS, _act, returns=OneOrder, conflict=Conflict)
