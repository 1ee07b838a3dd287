"""The route of delivery settings."""

from __future__ import annotations

from flask import Response

from metaia.core.access.actor import current
from metaia.core.errors import NotFound
from metaia.core.http import etags
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import WRITE
from metaia.core.http.views import answer_versioned
from metaia.core.json import Json
from metaia.core.openapi.document import Api
from metaia.shops import service as shop_service
from metaia.shops.delivery_areas import schemas, service

blp = Blueprint(
    "partners_delivery", __name__, url_prefix="/api/partners/me", description="Where and how you deliver"
)
LARGE = WRITE.with_body(192 * 1024)  # with all postal codes or points of an area


@blp.endpoint(
    "PUT",
    "/delivery",
    body=schemas.PutDelivery,
    example=schemas.EXAMPLE,
    returns=schemas.OneOwnPartner,
    limit=LARGE,
    conflict=schemas.Conflict,
    fails=(NotFound,),
    idempotent=True,
)
def put(body: Json) -> Response:
    """Replace where you deliver, at which terms, and what couriers need to deliver."""
    version = etags.expected(body.pop("expected_version"))
    shop = service.put(current(), body, version)
    return answer_versioned(shop.version, partner=shop_service.own_view(current(), shop))


def register(api: Api) -> None:
    """Register delivery settings with the application."""
    api.register_blueprint(blp)
