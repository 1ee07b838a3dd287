"""Schemas of devices."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode
from typing import Any

from flask import current_app
from marshmallow import ValidationError, fields, validate, validates_schema

from metaia.core.http.fields import Schema, Text
from metaia.core.http.views import envelope
from metaia.core.json import Json
from metaia.providers.messaging.push_endpoints import is_known

FCM, WEBPUSH, EXPO = "fcm", "webpush", "expo"
TOKENS = {
    FCM: re.compile(r"[A-Za-z0-9_:.-]{10,1000}"),
    EXPO: re.compile(r"Expo(nent)?PushToken\[[A-Za-z0-9_-]{1,100}\]"),
}
KEYS = {"p256dh": 65, "auth": 16}  # bytes: an uncompressed point of P-256, and a secret (RFC 8291)
_kind = validate.OneOf([FCM, WEBPUSH, EXPO])


class PushKeys(Schema):
    """`keys` of a browser's PushSubscription, in base64url."""

    p256dh = fields.String(required=True, validate=validate.Length(max=100))
    auth = fields.String(required=True, validate=validate.Length(max=40))


class RegisterDevice(Schema):
    """`token` is the device's token at the push service; for Web Push the `endpoint` of the subscription."""

    kind = fields.String(required=True, validate=_kind)
    token = Text(1000, required=True)
    keys = fields.Nested(
        PushKeys, load_default=None, metadata={"description": "required for Web Push, and only for it"}
    )
    name = Text(120, load_default=None)

    @validates_schema
    def fits_its_kind(self, data: Json, **_: Any) -> None:
        """Refuse a token that its push service would refuse, and an endpoint of an unknown push service."""
        if data["kind"] == WEBPUSH:
            _require_subscription(data)
        elif data["keys"] is not None:
            raise ValidationError({"keys": ["Only Web Push has keys."]})
        elif not TOKENS[data["kind"]].fullmatch(data["token"]):
            raise ValidationError({"token": [f"Is not a token of {data['kind']}."]})


def _require_subscription(data: Json) -> None:
    if not is_known(data["token"], current_app.config["WEBPUSH_SERVICES"]):
        raise ValidationError({"token": ["Not an endpoint of a supported push service."]})
    if data["keys"] is None:
        raise ValidationError({"keys": ["The subscription's p256dh and auth are required."]})
    wrong = [name for name, length in KEYS.items() if len(_decoded(data["keys"][name])) != length]
    if wrong:
        raise ValidationError({"keys": {name: [f"Must be {KEYS[name]} bytes."] for name in wrong}})
    if _decoded(data["keys"]["p256dh"])[0] != 4:
        raise ValidationError({"keys": {"p256dh": ["Must be an uncompressed point."]}})


def _decoded(text: str) -> bytes:
    """Return the bytes of base64url without padding; none if `text` is not base64url."""
    bare = text.rstrip("=")
    if not re.fullmatch(r"[A-Za-z0-9_-]*", bare) or len(bare) % 4 == 1:
        return b""
    return urlsafe_b64decode(bare + "=" * (-len(bare) % 4))


EXAMPLE = {"kind": FCM, "token": "fMZ1bq2T:APA91bHun4MxP5egoKMwt2KZFBaFUH", "name": "My phone"}


class DeviceOut(Schema):
    """A device. Answers do not contain its token."""

    id = fields.UUID(required=True)
    kind = fields.String(required=True, validate=_kind)
    name = fields.String(required=True, allow_none=True)
    registered_at = fields.AwareDateTime(required=True)


class DevicesMeta(Schema):
    """`webPushKey` is the `applicationServerKey` for subscriptions; null if Web Push is not configured."""

    web_push_key = fields.String(required=True, allow_none=True)


One = envelope("OneDevice", device=fields.Nested(DeviceOut, required=True))
Many = envelope("ManyDevices", meta=DevicesMeta, devices=fields.List(fields.Nested(DeviceOut), required=True))
Removed = envelope("DeviceRemoved")
