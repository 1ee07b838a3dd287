"""Routes of stock and availability: for partners and admins."""

from __future__ import annotations

from flask import Flask, Response

from metaia.core.access.actor import current
from metaia.core.db.refusals import REFUSALS
from metaia.core.errors import Conflict, NotFound
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import WRITE
from metaia.core.http.views import answer_versioned
from metaia.core.json import Json
from metaia.core.openapi.document import Api
from metaia.products.records import Product
from metaia.products.schemas import OneProduct
from metaia.products.showing import service as showing
from metaia.products.stock import queries, schemas, service
from metaia.shops.counters import service as counters

blp = Blueprint("stock", __name__, url_prefix="/api/products", description="Stock and availability")


@blp.endpoint(
    "PUT",
    "/<id:product_id>/stock",
    body=schemas.SetStock,
    example={"stock": 12},
    returns=OneProduct,
    limit=WRITE,
    idempotent=True,
    fails=(NotFound, Conflict),
)
def set_stock(body: Json, product_id: str) -> Response:
    """Set the stock of a variant, or move it by what has come or is lost."""
    return _one(service.set_stock(current(), product_id, body))


@blp.endpoint(
    "PATCH",
    "/<id:product_id>/availability",
    body=schemas.SetAvailability,
    example={"available": False},
    returns=OneProduct,
    limit=WRITE,
    fails=(NotFound, Conflict),
    idempotent=True,
)
def set_availability(body: Json, product_id: str) -> Response:
    """Change whether a product, a variant or an option is available, whatever its version."""
    return _one(service.set_availability(current(), product_id, body))


def _one(found: Product) -> Response:
    return answer_versioned(found.version, product=showing.shown(found, whole=True))


def register(app: Flask, api: Api) -> None:
    """Register stock with the application."""
    REFUSALS.register(app, service.NO_STOCK, service.refused)
    counters.COUNTERS.register(app, "stock", queries.WRONG)
    api.register_blueprint(blp)
