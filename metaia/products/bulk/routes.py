"""The route of changes of many products: for partners and admins."""

from __future__ import annotations

from flask import Flask, Response

from metaia.core.access.actor import current
from metaia.core.errors import Conflict, TooMany
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import WRITE
from metaia.core.http.views import answer
from metaia.core.json import Json
from metaia.core.openapi.document import Api
from metaia.products.bulk import schemas, service

blp = Blueprint("products_bulk", __name__, url_prefix="/api/products", description="Many products at once")


@blp.endpoint(
    "POST",
    "/bulk",
    body=schemas.ChangeMany,
    example=schemas.EXAMPLE,
    returns=schemas.ChangedMany,
    limit=WRITE.limited_to("30 per minute"),
    idempotent=True,
    fails=(Conflict, TooMany),
)
def change(body: Json) -> Response:
    """Change many products of a partner: all of them, or none."""
    return answer(**service.change(current(), body))


def register(_: Flask, api: Api) -> None:
    """Register changes of many products with the application."""
    api.register_blueprint(blp)
