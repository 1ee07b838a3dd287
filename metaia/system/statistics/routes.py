"""The route of the statistics, for staff."""

from __future__ import annotations

from flask import Flask, Response, current_app

from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import READ
from metaia.core.http.views import answer
from metaia.system.policy import SYSTEM_READ
from metaia.system.statistics import schemas
from metaia.system.statistics.service import Statistics

EXTENSION = "metaia.system_statistics"
blp = Blueprint(
    "system_statistics", __name__, url_prefix="/api/system/stats", description="Statistics, for staff"
)


@blp.endpoint(
    "GET",
    "",
    returns=schemas.SystemStats,
    limit=READ.limited_to("120 per minute"),
    access=SYSTEM_READ,
)
def get_stats() -> Response:
    """The state of the installation, at most five seconds old (`asOf`). Numbers of rows are estimates."""
    return answer(stats=of(current_app).current())


def init_app(app: Flask) -> Statistics:
    """Create the statistics of `app`; return them."""
    found = app.extensions[EXTENSION] = Statistics()
    return found


def of(app: Flask) -> Statistics:
    """Return the statistics of `app`."""
    found: Statistics = app.extensions[EXTENSION]
    return found
