"""Routes of admins: all endpoints."""

from __future__ import annotations

from flask import Response

from metaia.core.errors import NotFound
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import READ, WRITE
from metaia.core.http.pagination import listing
from metaia.core.http.views import answer_versioned
from metaia.core.json import Json
from metaia.webhook_endpoints import presenters, queries, schemas
from metaia.webhook_endpoints.policy import ENDPOINTS_MANAGE
from metaia.webhook_endpoints.staff import schemas as staff_schemas
from metaia.webhook_endpoints.staff import service

blp = Blueprint(
    "all_webhook_endpoints", __name__, url_prefix="/api/admin/webhook-endpoints", description="For staff"
)


@blp.endpoint(
    "GET", "", query=staff_schemas.ListQuery, returns=staff_schemas.Many, limit=READ, access=ENDPOINTS_MANAGE
)
def get_many(query: Json) -> Response:
    """The endpoints of all users."""
    return listing("endpoints", query, queries.page, presenters.endpoint)


@blp.endpoint(
    "POST",
    "/<id:endpoint_id>/disable",
    body=staff_schemas.DisableWebhookEndpoint,
    returns=schemas.One,
    limit=WRITE,
    access=ENDPOINTS_MANAGE,
    fails=(NotFound,),
)
def disable(body: Json, endpoint_id: str) -> Response:
    """Disable an endpoint. Its owner is notified, and can enable it again."""
    found = service.disable(endpoint_id, body["reason"])
    return answer_versioned(found.version, endpoint=presenters.endpoint(found))
