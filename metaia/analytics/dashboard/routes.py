"""Route of the dashboard."""

from __future__ import annotations

from flask import Flask, Response

from metaia.analytics.dashboard import schemas, service
from metaia.analytics.policy import ANALYTICS_READ
from metaia.core.access.actor import current
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import READ
from metaia.core.http.views import answer
from metaia.core.json import Json
from metaia.core.openapi.document import Api

blp = Blueprint(
    "dashboard", __name__, url_prefix="/api/admin/dashboard", description="The dashboard of staff"
)


@blp.endpoint(
    "GET",
    "",
    query=schemas.DashboardQuery,
    returns=schemas.DashboardOut,
    limit=READ.limited_to("60 per minute"),
    access=ANALYTICS_READ,
)
def get_dashboard(query: Json) -> Response:
    """Figures of today against the same part of yesterday, and what waits for staff; amounts for admins."""
    dashboard, meta = service.read(current(), query)
    return answer(dashboard=dashboard, meta=meta)


def register(app: Flask, api: Api) -> None:  # noqa: ARG001 - as all features
    """Register this feature with the application."""
    api.register_blueprint(blp)
