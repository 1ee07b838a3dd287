"""Routes of quotes and of the prices of orders."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response

from metaia.core.access import actor as actors
from metaia.core.access.actor import current
from metaia.core.db.refusals import REFUSALS
from metaia.core.errors import Forbidden
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import PUBLIC, READ
from metaia.core.http.views import answer
from metaia.core.json import Json
from metaia.orders import service as order_service
from metaia.orders.goods import service as goods
from metaia.orders.placing import schemas as placing_schemas
from metaia.orders.policy import parties
from metaia.orders.quotes import presenters, queries, schemas, service
from metaia.orders.state import COURIER, CUSTOMER

blp = Blueprint("quotes", __name__, url_prefix="/api/orders", description="Prices of orders")
QUOTES = READ.limited_to("60 per minute").with_body(placing_schemas.LARGEST_ORDER)


@blp.endpoint(
    "POST",
    "/quote",
    body=placing_schemas.Create,
    example=schemas.EXAMPLE,
    returns=schemas.OneQuote,
    limit=QUOTES,
    access=PUBLIC,
)
def quote(body: Json) -> Response:
    """What an order would cost, and why it could not be placed. Nothing is stored; a login is not needed."""
    return answer(quote=presenters.quote(service.quote(actors.optional(), body)))


@blp.endpoint("GET", "/<id:order_id>/pricing", returns=schemas.OnePricing, limit=READ)
def get_pricing(order_id: str) -> Response:
    """Why an order costs what it does, as it was when it was placed. Not for its courier."""
    actor = current()
    order = order_service.read(actor, order_id)
    if parties(actor, order) == {COURIER}:
        raise Forbidden("The price is for the customer, the partner and staff.")
    explained = queries.pricing(order_id) or presenters.of_items(order)
    commission = parties(actor, order) != {CUSTOMER}
    return answer(pricing=presenters.pricing(order, explained, commission=commission))


def register(app: Flask, api: Any) -> None:
    """Register these routes with the application, and what the trigger of coupons refuses."""
    REFUSALS.register(app, goods.COUPON_REFUSED, goods.refused)
    api.register_blueprint(blp)
