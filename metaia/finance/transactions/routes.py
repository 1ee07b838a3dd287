"""Routes of a user's transactions."""

from __future__ import annotations

from functools import partial

from flask import Response

from metaia.core.access.actor import current
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import READ
from metaia.core.http.pagination import listing
from metaia.core.http.views import answer
from metaia.core.json import Json
from metaia.finance.transactions import schemas, service

blp = Blueprint(
    "transactions", __name__, url_prefix="/api/finance/transactions", description="The user's account"
)


@blp.endpoint("GET", "", query=schemas.TransactionsQuery, returns=schemas.Many, limit=READ)
def get_many(query: Json) -> Response:
    """The lines of one's account: payments, orders, earnings, refunds, payouts, cash."""
    return listing("transactions", query, partial(service.page, current()), lambda shown: shown)


@blp.endpoint("GET", "/analytics", query=schemas.AnalyticsQuery, returns=schemas.Analytics, limit=READ)
def get_analytics(query: Json) -> Response:
    """Sums of the lines of one's account, by day, week or month of FINANCE_TIMEZONE, or by type."""
    return answer(**service.analytics(current(), query))
