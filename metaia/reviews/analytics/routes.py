"""Routes of the figures about reviews."""

from __future__ import annotations

from flask import Flask, Response

from metaia.core.access.actor import current
from metaia.core.errors import Forbidden
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import READ
from metaia.core.http.pagination import listing
from metaia.core.http.views import answer
from metaia.core.json import Json
from metaia.core.openapi.document import Api
from metaia.reviews.analytics import schemas, service
from metaia.reviews.policy import REVIEWS_READ

blp = Blueprint(
    "review_figures", __name__, url_prefix="/api/reviews/stats", description="Figures about reviews"
)
admin = Blueprint(
    "satisfaction", __name__, url_prefix="/api/admin/satisfaction", description="Satisfaction with partners"
)
COUNTING = READ.limited_to("60 per minute")


@blp.endpoint(
    "GET", "", query=schemas.ReviewStatsQuery, returns=schemas.ReviewStats, limit=COUNTING, fails=(Forbidden,)
)
def get_stats(query: Json) -> Response:
    """Ratings, replies and the share of orders that is reviewed; of all partners for staff."""
    return answer(**service.stats(current(), query))


@admin.endpoint(
    "GET",
    "",
    query=schemas.SatisfactionQuery,
    returns=schemas.Satisfaction,
    limit=COUNTING,
    access=REVIEWS_READ,
)
def get_satisfaction(query: Json) -> Response:
    """Partners with their ratings, and the shares of cancelled and late orders."""
    return listing("partners", query, service.satisfaction, lambda partner: partner)


def register(app: Flask, api: Api) -> None:  # noqa: ARG001 - as all features
    """Register this feature with the application."""
    for blueprint in (blp, admin):
        api.register_blueprint(blueprint)
