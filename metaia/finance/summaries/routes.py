"""The route of summaries."""

from __future__ import annotations

from flask import Response

from metaia.core.access.actor import current
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import READ
from metaia.core.http.views import answer
from metaia.core.json import Json
from metaia.finance.summaries import schemas, service

blp = Blueprint(
    "summaries", __name__, url_prefix="/api/finance/summary", description="What a period was worth"
)


@blp.endpoint("GET", "", query=schemas.SummaryQuery, returns=schemas.Summaries, limit=READ)
def get_summary(query: Json) -> Response:
    """What a period was worth, by currency: to a customer, to a partner, or to the house for staff."""
    return answer(**service.read(current(), query))
