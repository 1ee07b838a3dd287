"""Routes of a user's devices."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app

from metaia.core.access.actor import current
from metaia.core.http.views import READ, WRITE, Blueprint, answer, rated
from metaia.notifications.devices import presenters, queries, schemas, service
from metaia.providers.messaging.webpush import public_key

blp = Blueprint("devices", __name__, url_prefix="/api/notifications/devices", description="Notifications")


@blp.route("")
@blp.response(200, schemas.Many)
@rated(READ)
def get_many() -> Response:
    """The devices on which I get push messages."""
    devices = [presenters.device(row) for row in queries.get_many(current().id)]
    private_key = current_app.config["VAPID_PRIVATE_KEY"]
    return answer(devices=devices, meta={"web_push_key": public_key(private_key) if private_key else None})


@blp.route("", methods=["POST"])
@blp.arguments(schemas.RegisterDevice, example=schemas.EXAMPLE)
@blp.response(201, schemas.One)
@blp.alt_response(200, schema=schemas.One, description="The device was registered already.")
@rated(WRITE)
def register(body: dict[str, Any]) -> Response:
    """Register a device for push messages. Registering it again changes only its name and keys."""
    row, new = service.register(current(), body)
    return answer(status=201 if new else 200, device=presenters.device(row))


@blp.route("/<id:device_id>", methods=["DELETE"])
@blp.response(200, schemas.Removed)
@rated(WRITE)
def remove(device_id: str) -> Response:
    """Unregister a device. Logging out also ends its push messages."""
    service.unregister(current(), device_id)
    return answer()
