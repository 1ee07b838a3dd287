"""Routes of one's devices."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app

from metaia.core.access.actor import current
from metaia.core.http.views import READ, WRITE, Blueprint, answer, rated
from metaia.notifications import queries
from metaia.notifications.devices import schemas
from metaia.notifications.devices import service as device_service
from metaia.providers.messaging.webpush import public_key

blp = Blueprint("devices", __name__, url_prefix="/api/notifications/devices", description="Notifications")


@blp.route("")
@blp.response(200, schemas.Many)
@rated(READ)
def get_many() -> Response:
    """The devices on which I get push messages."""
    found = [schemas.present(row) for row in queries.devices_of(current().id)]
    private_key = current_app.config["VAPID_PRIVATE_KEY"]
    return answer(devices=found, meta={"web_push_key": public_key(private_key) if private_key else None})


@blp.route("", methods=["POST"])
@blp.arguments(schemas.RegisterDevice, example=schemas.EXAMPLE)
@blp.response(201, schemas.One)
@blp.alt_response(200, schema=schemas.One, description="It was registered already.")
@rated(WRITE)
def register(body: dict[str, Any]) -> Response:
    """Get push messages on a device; registering it again changes nothing but its name and keys."""
    row, new = device_service.register(current(), body)
    return answer(status=201 if new else 200, device=schemas.present(row))


@blp.route("/<id:device_id>", methods=["DELETE"])
@blp.response(200, schemas.Removed)
@rated(WRITE)
def remove(device_id: str) -> Response:
    """Get no more push messages on a device; logging out ends them, too."""
    device_service.remove(current(), device_id)
    return answer()
