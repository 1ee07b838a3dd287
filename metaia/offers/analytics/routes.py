"""Route of the figures about offers."""

from __future__ import annotations

from flask import Flask, Response

from metaia.core.access.actor import current
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import READ
from metaia.core.http.views import answer
from metaia.core.json import Json
from metaia.core.openapi.document import Api
from metaia.offers.analytics import schemas, service

blp = Blueprint(
    "offer_figures", __name__, url_prefix="/api/offers/analytics", description="Figures about offers"
)


@blp.endpoint(
    "GET",
    "",
    query=schemas.OfferFiguresQuery,
    returns=schemas.Figures,
    limit=READ.limited_to("60 per minute"),
)
def get_figures(query: Json) -> Response:
    """Conversion, times to answer, rounds and values of one's own offers; of all for staff."""
    return answer(**service.figures(current(), query))


def register(app: Flask, api: Api) -> None:  # noqa: ARG001 - as all features
    """Register this feature with the application."""
    api.register_blueprint(blp)
