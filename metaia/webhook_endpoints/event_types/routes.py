"""The list of the types of events."""

from __future__ import annotations

from flask import Response

from metaia.core.access.actor import current
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import READ
from metaia.core.http.views import answer
from metaia.webhook_endpoints.event_types import schemas, service
from metaia.webhook_endpoints.policy import ENDPOINTS_USE

blp = Blueprint(
    "webhook_event_types", __name__, url_prefix="/api/webhook-event-types", description="Outgoing webhooks"
)


@blp.endpoint("GET", "", returns=schemas.Many, limit=READ, access=ENDPOINTS_USE)
def get_many() -> Response:
    """The types of events that your endpoints can receive."""
    return answer(event_types=service.described(current().role))
