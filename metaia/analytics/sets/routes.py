"""Routes of sets of figures: for staff, and for partners about themselves."""

from __future__ import annotations

from flask import Flask, Response

from metaia.analytics import definitions
from metaia.analytics.policy import ANALYTICS_OWN, ANALYTICS_READ
from metaia.analytics.sets import presenters, schemas, service
from metaia.core.access.actor import current
from metaia.core.errors import Forbidden, NotFound
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import READ, TEXT
from metaia.core.http.views import answer
from metaia.core.json import Json
from metaia.core.openapi.document import Api

CSV = "text/csv"
LIMIT = READ.limited_to("120 per minute")
staff = Blueprint(
    "analytics", __name__, url_prefix="/api/admin/analytics", description="Figures of the marketplace"
)
partners = Blueprint(
    "own_analytics", __name__, url_prefix="/api/analytics", description="Figures of one's own shop"
)
_documented = {200: {"content": {CSV: {"schema": TEXT}}}}


@staff.endpoint("GET", "/definitions", returns=schemas.Definitions, limit=READ, access=ANALYTICS_READ)
def get_definitions() -> Response:
    """What each value counts, by which time, and whether it may be added up."""
    shown = [presenters.definition(value) for value in definitions.VALUES]
    return answer(version=definitions.VERSION, definitions=shown)


@staff.endpoint(
    "GET",
    "/<word:figures>",
    query=schemas.FiguresQuery,
    returns=schemas.FiguresOut,
    limit=LIMIT,
    access=ANALYTICS_READ,
    fails=(Forbidden, NotFound),
)
@staff.doc(responses=_documented)
def get_set(query: Json, figures: str) -> Response:
    """A set of figures: orders, durations, revenue, users, engagement, retention, partners or couriers."""
    return _answer(figures, query, *service.read(current(), figures, query))


@partners.endpoint(
    "GET",
    "/<word:figures>",
    query=schemas.FiguresQuery,
    returns=schemas.FiguresOut,
    limit=LIMIT,
    access=ANALYTICS_OWN,
    fails=(Forbidden, NotFound),
)
@partners.doc(responses=_documented)
def get_own(query: Json, figures: str) -> Response:
    """A set of figures of one's own shop: orders, durations or revenue."""
    actor = current()
    return _answer(figures, query, *service.read(actor, figures, query, partner_id=actor.id))


def register(app: Flask, api: Api) -> None:  # noqa: ARG001 - as all features
    """Register this feature with the application."""
    api.register_blueprint(staff)
    api.register_blueprint(partners)


def _answer(name: str, query: Json, shown: Json, meta: Json) -> Response:
    if query["format"] == "json":
        return answer(analytics=shown, meta=meta)
    response = Response(b"".join(presenters.spreadsheet(shown)), mimetype=CSV)
    file = f"metaia-{name}-{query['from_']}-{query['to']}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{file}"'
    return response
