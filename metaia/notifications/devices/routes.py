"""Routes of a user's devices."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app

from metaia.core.access.actor import current
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import READ, WRITE
from metaia.core.http.views import answer
from metaia.notifications.devices import presenters, queries, schemas, service
from metaia.providers.messaging.webpush import public_key

blp = Blueprint("devices", __name__, url_prefix="/api/notifications/devices", description="Notifications")


@blp.endpoint("GET", "", returns=schemas.Many, limit=READ)
def get_many() -> Response:
    """The devices on which I get push messages."""
    devices = [presenters.device(row) for row in queries.get_many(current().id)]
    private_key = current_app.config["VAPID_PRIVATE_KEY"]
    return answer(devices=devices, meta={"web_push_key": public_key(private_key) if private_key else None})


@blp.endpoint(
    "POST",
    "",
    body=schemas.RegisterDevice,
    example=schemas.EXAMPLE,
    returns=schemas.One,
    status=201,
    also_returns=(200, schemas.One, "The device was registered already."),
    limit=WRITE,
)
def register(body: dict[str, Any]) -> Response:
    """Register a device for push messages. Registering it again changes only its name and keys."""
    row, new = service.register(current(), body)
    return answer(status=201 if new else 200, device=presenters.device(row))


@blp.endpoint("DELETE", "/<id:device_id>", returns=schemas.Removed, limit=WRITE)
def remove(device_id: str) -> Response:
    """Unregister a device. Logging out also ends its push messages."""
    service.unregister(current(), device_id)
    return answer()
