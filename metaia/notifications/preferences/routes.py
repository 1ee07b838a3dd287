"""Routes of a user's notification preferences."""

from __future__ import annotations

from typing import Any

from flask import Response

from metaia.core.access.actor import current
from metaia.core.http import etags
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import READ, WRITE
from metaia.core.http.views import answer_versioned
from metaia.notifications.preferences import presenters, queries, schemas, service
from metaia.notifications.preferences.policy import Preferences
from metaia.users import queries as user_queries

blp = Blueprint(
    "preferences", __name__, url_prefix="/api/notifications/preferences", description="Notifications"
)


@blp.endpoint("GET", "", returns=schemas.One, limit=READ)
def get_one() -> Response:
    """My notification preferences: categories, channels and times; with the available choices."""
    return _one(*queries.get(current().id))


@blp.endpoint("PATCH", "", body=schemas.ChangePreferences, returns=schemas.One, limit=WRITE)
def change(body: dict[str, Any]) -> Response:
    """Change my notification preferences."""
    version = etags.expected(body.pop("expected_version"))
    return _one(*service.change(current(), body, version))


def _one(preferences: Preferences, version: int) -> Response:
    shown = presenters.preferences(preferences, version, user_queries.locale(current().id))
    return answer_versioned(version, preferences=shown)
