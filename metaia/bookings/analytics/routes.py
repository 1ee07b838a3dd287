"""Route of the figures about bookings."""

from __future__ import annotations

from flask import Flask, Response

from metaia.bookings.analytics import schemas, service
from metaia.core.access.actor import current
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import READ
from metaia.core.http.views import answer
from metaia.core.json import Json
from metaia.core.openapi.document import Api

blp = Blueprint(
    "booking_figures", __name__, url_prefix="/api/bookings/analytics", description="Figures about bookings"
)


@blp.endpoint(
    "GET",
    "",
    query=schemas.BookingFiguresQuery,
    returns=schemas.Figures,
    limit=READ.limited_to("60 per minute"),
)
def get_figures(query: Json) -> Response:
    """Bookings, no-shows, utilisation and lead times of a partner; of all for staff."""
    return answer(**service.figures(current(), query))


def register(app: Flask, api: Api) -> None:  # noqa: ARG001 - as all features
    """Register this feature with the application."""
    api.register_blueprint(blp)
