"""Routes for staff on notification types and their sample messages."""

from __future__ import annotations

from typing import Any

from flask import Response

from metaia.core.errors import NotFound
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import READ
from metaia.core.http.views import answer
from metaia.notifications.content import templates
from metaia.notifications.previews import presenters, schemas
from metaia.notifications.registry import NOTIFICATION_TYPES
from metaia.notifications.support.policy import NOTIFICATIONS_TRACE

blp = Blueprint(
    "notification_types", __name__, url_prefix="/api/admin/notifications/types", description="For staff"
)


@blp.endpoint("GET", "", returns=schemas.NotificationTypes, limit=READ, access=NOTIFICATIONS_TRACE)
def get_types() -> Response:
    """All notification types with their channels, and the languages of their texts."""
    types = sorted(NOTIFICATION_TYPES.current().items())
    return answer(types=[presenters.type_(found) for _, found in types], locales=templates.locales())


@blp.endpoint(
    "GET",
    "/<word:name>/previews",
    query=schemas.PreviewsQuery,
    returns=schemas.Previews,
    limit=READ,
    access=NOTIFICATIONS_TRACE,
    fails=(NotFound,),
)
def get_previews(query: dict[str, Any], name: str) -> Response:
    """The messages of a type with sample data, by channel, made by the code that makes the real ones."""
    type_ = NOTIFICATION_TYPES.current().get(name)
    if type_ is None:
        raise NotFound("There is no such type.")
    return answer(previews=presenters.previews(type_, query["locale"]))
