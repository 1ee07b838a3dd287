"""The JSON of messages of endpoints."""

from __future__ import annotations

from typing import Any

from metaia.core.http.presenters import presenter
from metaia.core.times import rfc3339
from metaia.webhook_endpoints.messages.schemas import WebhookAttemptOut, WebhookDeliveryOut
from metaia.webhook_endpoints.state import PENDING


def _next(row: Any) -> str | None:
    return rfc3339(row.due_at) if row.state == PENDING else None


delivery = presenter(WebhookDeliveryOut, computed={"next_at": _next})
attempt = presenter(WebhookAttemptOut)
