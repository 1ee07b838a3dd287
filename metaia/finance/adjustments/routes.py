"""Routes of adjustments, for staff."""

from __future__ import annotations

from functools import partial

from flask import Response

from metaia.core import versions
from metaia.core.access.actor import current
from metaia.core.http.actions import register_actions
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import READ, WRITE
from metaia.core.http.pagination import listing
from metaia.core.http.views import answer_versioned
from metaia.core.json import Json
from metaia.finance.adjustments import models, presenters, queries, schemas, service
from metaia.finance.adjustments.queries import Adjustment
from metaia.finance.policy import FINANCE_MANAGE, FINANCE_READ

__all__ = ["blp", "models"]
blp = Blueprint(
    "adjustments",
    __name__,
    url_prefix="/api/admin/finance/adjustments",
    description="Corrections of the books",
)
ACTIONS = {
    "approve": "Book an adjustment that another admin has requested.",
    "reject": "Refuse an adjustment that another admin has requested.",
    "withdraw": "Withdraw an adjustment of one's own.",
}


@blp.endpoint(
    "POST",
    "",
    body=schemas.RequestAdjustment,
    example=schemas.EXAMPLE,
    returns=schemas.One,
    status=201,
    limit=WRITE,
    access=FINANCE_MANAGE,
    key_required=True,
)
def create(body: Json) -> Response:
    """Request a correction of the books; it takes effect when a second admin approves it."""
    return _one(service.request(current(), body), status=201)


@blp.endpoint(
    "GET", "", query=schemas.AdjustmentsQuery, returns=schemas.Many, limit=READ, access=FINANCE_READ
)
def get_many(query: Json) -> Response:
    """All adjustments."""
    return listing("adjustments", query, queries.page, partial(presenters.adjustment, actor=current()))


@blp.endpoint("GET", "/<id:adjustment_id>", returns=schemas.One, limit=READ, access=FINANCE_READ)
def get_one(adjustment_id: str) -> Response:
    """One adjustment."""
    return _one(service.read(adjustment_id))


def _act(adjustment_id: str, action: str, body: Json, version: versions.Expected) -> Response:
    return _one(service.act(current(), adjustment_id, action, body["reason"], version))


register_actions(
    blp,
    "POST",
    "/<id:adjustment_id>",
    {name: (schemas.DecideAdjustment, summary) for name, summary in ACTIONS.items()},
    _act,
    returns=schemas.One,
    access=FINANCE_MANAGE,
    conflict=schemas.Conflict,
)


def _one(this: Adjustment, *, status: int = 200) -> Response:
    return answer_versioned(this.version, status=status, adjustment=presenters.adjustment(this, current()))
