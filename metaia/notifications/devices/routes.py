"""Routes of one's devices."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app

from metaia.core.access.actor import current
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import READ, WRITE
from metaia.core.http.views import answer
from metaia.notifications import queries
from metaia.notifications.devices import schemas
from metaia.notifications.devices import service as device_service
from metaia.providers.messaging.webpush import public_key

blp = Blueprint("devices", __name__, url_prefix="/api/notifications/devices", description="Notifications")


@blp.endpoint("GET", "", returns=schemas.Many, limit=READ)
def get_many() -> Response:
    """The devices on which I get push messages."""
    found = [schemas.present(row) for row in queries.devices_of(current().id)]
    private_key = current_app.config["VAPID_PRIVATE_KEY"]
    return answer(devices=found, meta={"web_push_key": public_key(private_key) if private_key else None})


@blp.endpoint(
    "POST",
    "",
    body=schemas.RegisterDevice,
    example=schemas.EXAMPLE,
    returns=schemas.One,
    status=201,
    also_returns=(200, schemas.One, "It was registered already."),
    limit=WRITE,
)
def register(body: dict[str, Any]) -> Response:
    """Get push messages on a device; registering it again changes nothing but its name and keys."""
    row, new = device_service.register(current(), body)
    return answer(status=201 if new else 200, device=schemas.present(row))


@blp.endpoint("DELETE", "/<id:device_id>", returns=schemas.Removed, limit=WRITE)
def remove(device_id: str) -> Response:
    """Get no more push messages on a device; logging out ends them, too."""
    device_service.remove(current(), device_id)
    return answer()
