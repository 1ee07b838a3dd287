"""Routes of the rules of commissions, for staff."""

from __future__ import annotations

from flask import Response

from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import READ, WRITE
from metaia.core.http.pagination import listing
from metaia.core.http.views import answer
from metaia.core.json import Json
from metaia.finance.commission import models, presenters, queries, schemas, service
from metaia.finance.policy import FINANCE_MANAGE, FINANCE_READ

__all__ = ["blp", "models"]
blp = Blueprint(
    "commission",
    __name__,
    url_prefix="/api/admin/finance/commission-rules",
    description="Rates of commissions",
)


@blp.endpoint(
    "GET", "", query=schemas.CommissionRulesQuery, returns=schemas.Many, limit=READ, access=FINANCE_READ
)
def get_many(query: Json) -> Response:
    """All rates, or those of one partner."""
    return listing("rules", query, queries.page, presenters.rule)


@blp.endpoint(
    "PUT",
    "",
    body=schemas.PutCommissionRule,
    example={"fromDay": "2199-01-01", "basisPoints": 1000, "reason": "The new contract."},
    returns=schemas.One,
    limit=WRITE,
    access=FINANCE_MANAGE,
)
def put(body: Json) -> Response:
    """Set a rate from a day on; orders keep the rate of the day on which they were placed."""
    return answer(rule=presenters.rule(service.put(body)))
