"""The route of the release."""

from __future__ import annotations

from flask import Response

from metaia import __version__
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import PUBLIC, READ
from metaia.core.http.views import answer
from metaia.core.times import rfc3339
from metaia.system.releases import release, schemas

blp = Blueprint("version", __name__, url_prefix="/api/system/version", description="What runs")


@blp.endpoint("GET", "", returns=schemas.Version, limit=READ, access=PUBLIC)
def get_version() -> Response:
    """The version and the commit that this process runs, the version of the API, and when the process began."""
    return answer(
        version=__version__,
        commit=release.commit_id(),
        api=release.API,
        started_at=rfc3339(release.started_at()),
    )
