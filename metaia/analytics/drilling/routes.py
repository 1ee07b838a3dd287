"""Routes of the lists behind figures."""

from __future__ import annotations

from flask import Flask, Response

from metaia.analytics.drilling import schemas, service
from metaia.analytics.policy import ANALYTICS_OWN, ANALYTICS_READ
from metaia.core.access.actor import current
from metaia.core.errors import Forbidden, NotFound
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import READ
from metaia.core.http.views import answer
from metaia.core.json import Json
from metaia.core.openapi.document import Api

LIMIT = READ.limited_to("120 per minute")
staff = Blueprint("drill", __name__, url_prefix="/api/admin/analytics", description="What is behind a figure")
partners = Blueprint(
    "own_drill", __name__, url_prefix="/api/analytics", description="What is behind one's own figure"
)


@staff.endpoint(
    "GET",
    "/<word:figures>/drill",
    query=schemas.DrillQuery,
    returns=schemas.DrillOut,
    limit=LIMIT,
    access=ANALYTICS_READ,
    fails=(Forbidden, NotFound),
)
def get_items(query: Json, figures: str) -> Response:
    """The orders, users or postings that a figure counts; `meta.count` is the figure."""
    items, meta = service.read(current(), figures, query)
    return answer(items=items, meta=meta)


@partners.endpoint(
    "GET",
    "/<word:figures>/drill",
    query=schemas.DrillQuery,
    returns=schemas.DrillOut,
    limit=LIMIT,
    access=ANALYTICS_OWN,
    fails=(Forbidden, NotFound),
)
def get_own_items(query: Json, figures: str) -> Response:
    """The orders or postings that a figure of one's own shop counts."""
    actor = current()
    items, meta = service.read(actor, figures, query, partner_id=actor.id)
    return answer(items=items, meta=meta)


def register(app: Flask, api: Api) -> None:  # noqa: ARG001 - as all features
    """Register this feature with the application."""
    api.register_blueprint(staff)
    api.register_blueprint(partners)
