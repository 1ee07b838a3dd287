"""Routes of cash: couriers see what they carry, admins take it."""

from __future__ import annotations

from flask import Response

from metaia.core.access.actor import current
from metaia.core.errors import Conflict, Forbidden, NotFound
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import READ, WRITE
from metaia.core.http.pagination import listing
from metaia.core.http.views import answer
from metaia.core.json import Json
from metaia.finance.cash import models, presenters, queries, schemas, service
from metaia.finance.policy import CARRYING, FINANCE_MANAGE, FINANCE_READ, require

__all__ = ["admin", "blp", "models"]
blp = Blueprint("cash", __name__, url_prefix="/api/finance/cash", description="Cash in hand")
admin = Blueprint(
    "admin_cash", __name__, url_prefix="/api/admin/finance/cash-handovers", description="Cash, for staff"
)


@blp.endpoint("GET", "", returns=schemas.InHand, limit=READ, fails=(Forbidden,))
def get_own() -> Response:
    """The cash that the caller carries, by currency."""
    actor = current()
    require(actor, CARRYING)
    return answer(cash=[presenters.in_hand(each) for each in queries.in_hand(actor.id)])


@admin.endpoint(
    "POST",
    "",
    body=schemas.HandOver,
    example=schemas.EXAMPLE,
    returns=schemas.One,
    status=201,
    limit=WRITE,
    access=FINANCE_MANAGE,
    fails=(Conflict, NotFound),
    key_required=True,
)
def create(body: Json) -> Response:
    """Record cash that was handed over and counted, and what is missing of it."""
    return answer(status=201, handover=presenters.handover(service.hand_over(current(), body)))


@admin.endpoint(
    "GET", "", query=schemas.HandoversQuery, returns=schemas.Many, limit=READ, access=FINANCE_READ
)
def get_many(query: Json) -> Response:
    """All handovers, or those of one user."""
    return listing("handovers", query, queries.page, presenters.handover)
