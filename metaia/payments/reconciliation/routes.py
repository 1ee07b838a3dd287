"""Routes of reconciliation, for staff."""

from __future__ import annotations

from flask import Response

from metaia.core.errors import Conflict
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import READ, WRITE
from metaia.core.http.limit_classes import MEGABYTE
from metaia.core.http.pagination import listing
from metaia.core.http.views import answer
from metaia.core.json import Json
from metaia.payments.reconciliation import models, presenters, queries, schemas, service
from metaia.payments.reconciliation.policy import RECONCILIATION_MANAGE, RECONCILIATION_READ

__all__ = ["blp", "models"]
blp = Blueprint(
    "reconciliation",
    __name__,
    url_prefix="/api/admin/reconciliation",
    description="Our books compared with the providers'",
)
IMPORT = WRITE.limited_to("30 per minute").with_body(4 * MEGABYTE)


@blp.endpoint(
    "GET", "", query=schemas.ComparisonQuery, returns=schemas.Many, limit=READ, access=RECONCILIATION_READ
)
def get_day(query: Json) -> Response:
    """The captures and refunds of a day, ours compared with those that the provider has settled."""
    return listing("lines", query, queries.page, presenters.compared)


@blp.endpoint(
    "POST",
    "/settlements",
    body=schemas.Settle,
    example=schemas.EXAMPLE,
    returns=schemas.One,
    status=201,
    limit=IMPORT,
    access=RECONCILIATION_MANAGE,
    fails=(Conflict,),
)
def settle(body: Json) -> Response:
    """Import a settlement: its sum is booked from the provider to our bank. A repetition changes nothing."""
    return answer(status=201, settlement=presenters.settlement(service.settle(body)))


@blp.endpoint(
    "POST",
    "/settlements/returned",
    body=schemas.TakeBack,
    returns=schemas.One,
    limit=WRITE,
    access=RECONCILIATION_MANAGE,
    fails=(Conflict,),
)
def take_back(body: Json) -> Response:
    """Book that our bank has sent a settlement back to the provider. A repetition changes nothing."""
    return answer(settlement=presenters.settlement(service.take_back(**body)))
