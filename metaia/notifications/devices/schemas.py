"""What goes in and out about devices."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode
from typing import Any

from flask import current_app
from marshmallow import ValidationError, fields, validate, validates_schema

from metaia.core.db import AnyRow
from metaia.core.http.fields import Schema, Text
from metaia.core.http.views import envelope
from metaia.core.times import rfc3339
from metaia.providers.messaging.push_endpoints import known

Json = dict[str, Any]
FCM, WEBPUSH, EXPO = "fcm", "webpush", "expo"
TOKENS = {
    FCM: re.compile(r"[A-Za-z0-9_:.-]{10,1000}"),
    EXPO: re.compile(r"Expo(nent)?PushToken\[[A-Za-z0-9_-]{1,100}\]"),
}
KEYS = {"p256dh": 65, "auth": 16}  # bytes: a point of P-256, uncompressed, and a secret
_kind = validate.OneOf([FCM, WEBPUSH, EXPO])


class PushKeys(Schema):
    """`keys` of a browser's PushSubscription, in base64url."""

    p256dh = fields.String(required=True, validate=validate.Length(max=100))
    auth = fields.String(required=True, validate=validate.Length(max=40))


class RegisterDevice(Schema):
    """`token` is what the push service calls this device; for Web Push, its subscription's `endpoint`."""

    kind = fields.String(required=True, validate=_kind)
    token = Text(1000, required=True)
    keys = fields.Nested(
        PushKeys, load_default=None, metadata={"description": "for Web Push, and needed there"}
    )
    name = Text(120, load_default=None)

    @validates_schema
    def fits_its_kind(self, data: Json, **_: Any) -> None:
        """Refuse what the push service would refuse later, or what is none of its addresses."""
        if data["kind"] == WEBPUSH:
            _require_subscription(data)
        elif data["keys"] is not None:
            raise ValidationError({"keys": ["Only Web Push has keys."]})
        elif not TOKENS[data["kind"]].fullmatch(data["token"]):
            raise ValidationError({"token": [f"Not a token of {data['kind']}."]})


def _require_subscription(data: Json) -> None:
    if not known(data["token"], current_app.config["WEBPUSH_SERVICES"]):
        raise ValidationError({"token": ["Not an address at a push service that we know."]})
    if data["keys"] is None:
        raise ValidationError({"keys": ["The subscription's p256dh and auth are needed."]})
    wrong = [name for name, length in KEYS.items() if len(_decoded(data["keys"][name])) != length]
    if wrong:
        raise ValidationError({"keys": {name: [f"Must be {KEYS[name]} bytes."] for name in wrong}})
    if _decoded(data["keys"]["p256dh"])[0] != 4:
        raise ValidationError({"keys": {"p256dh": ["Must be an uncompressed point."]}})


def _decoded(text: str) -> bytes:
    """Return base64url's bytes, none if it is not base64url."""
    bare = text.rstrip("=")
    if not re.fullmatch(r"[A-Za-z0-9_-]*", bare) or len(bare) % 4 == 1:
        return b""
    return urlsafe_b64decode(bare + "=" * (-len(bare) % 4))


EXAMPLE = {"kind": FCM, "token": "fMZ1bq2T:APA91bHun4MxP5egoKMwt2KZFBaFUH", "name": "My phone"}


class DeviceOut(Schema):
    """A device. Its token is not shown again."""

    id = fields.UUID(required=True)
    kind = fields.String(required=True, validate=_kind)
    name = fields.String(required=True, allow_none=True)
    registered_at = fields.AwareDateTime(required=True)


class DevicesMeta(Schema):
    """What pages need to subscribe to Web Push (`applicationServerKey`), if there is any."""

    web_push_key = fields.String(required=True, allow_none=True)


One = envelope("OneDevice", device=fields.Nested(DeviceOut, required=True))
Many = envelope("ManyDevices", meta=DevicesMeta, devices=fields.List(fields.Nested(DeviceOut), required=True))
Removed = envelope("DeviceRemoved")


def present(row: AnyRow) -> Json:
    """Return a row as DeviceOut describes it."""
    return {
        "id": str(row.id),
        "kind": row.kind,
        "name": row.name,
        "registeredAt": rfc3339(row.registered_at),
    }
