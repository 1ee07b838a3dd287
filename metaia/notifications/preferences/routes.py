"""Routes of what one wants to be told."""

from __future__ import annotations

from typing import Any

from flask import Response

from metaia.core.access.actor import current
from metaia.core.http import etags
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import READ, WRITE
from metaia.core.http.views import answer
from metaia.notifications import queries
from metaia.notifications.preferences import schemas
from metaia.notifications.preferences import service as preference_service
from metaia.notifications.preferences.policy import Wishes
from metaia.users import queries as user_queries

blp = Blueprint(
    "preferences", __name__, url_prefix="/api/notifications/preferences", description="Notifications"
)


@blp.endpoint("GET", "", returns=schemas.One, limit=READ)
def get_one() -> Response:
    """What I want to be told, where and when; and what there is to choose from."""
    return _one(*queries.preferences(current().id))


@blp.endpoint("PATCH", "", body=schemas.ChangePreferences, returns=schemas.One, limit=WRITE)
def change(body: dict[str, Any]) -> Response:
    """Change what I want to be told."""
    version = etags.expected(body.pop("expected_version"))
    return _one(*preference_service.change(current(), body, version))


def _one(wishes: Wishes, version: int) -> Response:
    response = answer(preferences=schemas.present(wishes, version, user_queries.locale(current().id)))
    response.set_etag(str(version))
    return response
