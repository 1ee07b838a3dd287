"""Routes of credit requests: customers make and withdraw them, admins decide."""

from __future__ import annotations

from functools import partial

from flask import Response

from metaia.core import versions
from metaia.core.access.actor import current
from metaia.core.errors import Conflict, Forbidden
from metaia.core.http.actions import register_actions
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import READ, WRITE
from metaia.core.http.pagination import listing
from metaia.core.http.views import answer_versioned
from metaia.core.json import Json
from metaia.finance.credit_requests import models, presenters, queries, schemas, service
from metaia.finance.credit_requests.queries import CreditRequest
from metaia.finance.policy import FINANCE_MANAGE, FINANCE_READ, ON_CREDIT, require

__all__ = ["blp", "models"]
blp = Blueprint(
    "credit_requests", __name__, url_prefix="/api/finance/credit/requests", description="Requests for credit"
)
DECISIONS = {
    "approve": (schemas.ApproveRequest, "Grant the limit that was requested, or another one."),
    "reject": (schemas.RejectRequest, "Refuse a request; the customer reads the reason."),
}


@blp.endpoint(
    "POST",
    "",
    body=schemas.RequestCredit,
    example={"currency": "INR", "limit": 50000, "reason": "We order suits each week."},
    returns=schemas.One,
    status=201,
    limit=WRITE.limited_to("20 per hour"),
    fails=(Conflict, Forbidden),
)
def create(body: Json) -> Response:
    """Request credit, or another limit; one request per currency at a time."""
    actor = current()
    require(actor, ON_CREDIT)
    return _one(service.request(actor, body), status=201)


@blp.endpoint("GET", "", query=schemas.CreditRequestsQuery, returns=schemas.Many, limit=READ)
def get_many(query: Json) -> Response:
    """The own requests; for staff those of everyone."""
    actor = current()
    if not actor.may(FINANCE_READ):
        query["user_id"] = actor.id
    return listing("requests", query, queries.page, partial(presenters.request, actor=actor))


@blp.endpoint("GET", "/<id:request_id>", returns=schemas.One, limit=READ)
def get_one(request_id: str) -> Response:
    """One request."""
    return _one(service.read(current(), request_id))


def _act(request_id: str, action: str, body: Json, version: versions.Expected) -> Response:
    return _one(service.act(current(), request_id, action, body, version))


_register = partial(
    register_actions,
    blp,
    "POST",
    "/<id:request_id>",
    perform=_act,
    returns=schemas.One,
    conflict=schemas.Conflict,
)
_register(DECISIONS, access=FINANCE_MANAGE)
_register({"withdraw": (schemas.WithdrawRequest, "Withdraw an own request.")})


def _one(this: CreditRequest, *, status: int = 200) -> Response:
    return answer_versioned(this.version, status=status, request=presenters.request(this, current()))
