"""Bodies and answers of endpoints."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from metaia.core.errors import declare
from metaia.core.http.fields import Schema, Text, Version
from metaia.core.http.views import envelope
from metaia.core.json import Json
from metaia.core.openapi import error_schemas
from metaia.webhook_endpoints.policy import MOST_ENDPOINTS
from metaia.webhook_endpoints.state import ENDPOINT_STATES, ORDERINGS, SUBJECT

declare(
    {
        "endpoint_address_refused": "The host has an address outside of the public internet, or none.",
        "too_many_endpoints": f"A user has at most {MOST_ENDPOINTS} endpoints: delete one first.",
    }
)
_URL = {"description": "https only, in production; of the public internet", "format": "uri"}
_PATTERNS = {"description": "names of types, such as `order.updated`, `order.*` or `*`"}


def _url(**options: Any) -> fields.String:
    return Text(2000, metadata=_URL, **options)


def _events(**options: Any) -> fields.List[str]:
    return fields.List(Text(60), validate=validate.Length(min=1, max=50), metadata=_PATTERNS, **options)


def _ordering(**options: Any) -> fields.String:
    return fields.String(validate=validate.OneOf(ORDERINGS), **options)


class CreateWebhookEndpoint(Schema):
    """With `ordering: subject`, the next event of an order waits until the one before it is delivered or given up."""

    url = _url(required=True)
    events = _events(required=True)
    description = Text(200, load_default=None, allow_none=True)
    ordering = _ordering(load_default=SUBJECT)


EXAMPLE = {
    "url": "https://example.com/webhooks",
    "events": ["order.*", "payment.updated"],
    "description": "Our kitchen display",
    "ordering": SUBJECT,
}


class ChangeWebhookEndpoint(Schema):
    """A new `url` must be verified. `active: false` stops the endpoint, and cancels what waits."""

    url = _url()
    events = _events()
    description = Text(200, allow_none=True)
    ordering = _ordering()
    active = fields.Boolean()
    expected_version = Version(load_default=None)

    @validates_schema(skip_on_field_errors=True)
    def something(self, data: Json, **_: object) -> None:
        """A change changes something."""
        if not data.keys() - {"expected_version"}:
            raise ValidationError("Send a field to change.", "body")


class WebhookEndpointOut(Schema):
    """An endpoint. `pausedAt` is since when it gets no events; `failingSince` since when no call has succeeded."""

    id = fields.UUID(required=True)
    owner_id = fields.UUID(required=True)
    url = fields.String(required=True)
    description = fields.String(required=True, allow_none=True)
    events = fields.List(fields.String(), required=True)
    ordering = fields.String(required=True, validate=validate.OneOf(ORDERINGS))
    api_version = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(ENDPOINT_STATES))
    verified_at = fields.AwareDateTime(required=True, allow_none=True)
    paused_at = fields.AwareDateTime(required=True, allow_none=True)
    paused_because = fields.String(required=True, allow_none=True)
    previous_until = fields.AwareDateTime(required=True, allow_none=True)
    failing_since = fields.AwareDateTime(required=True, allow_none=True)
    version = fields.Integer(required=True)
    created_at = fields.AwareDateTime(required=True)
    updated_at = fields.AwareDateTime(required=True)


class WebhookEndpointStatsOut(Schema):
    """Of the last 24 hours: calls, the share that succeeded, milliseconds; and what waits now."""

    calls = fields.Integer(required=True)
    success_rate = fields.Float(required=True, allow_none=True)
    p50 = fields.Float(required=True, allow_none=True)
    p95 = fields.Float(required=True, allow_none=True)
    queue = fields.Integer(required=True)
    oldest = fields.AwareDateTime(required=True, allow_none=True)
    failing_since = fields.AwareDateTime(required=True, allow_none=True)


class WebhookEndpointConflict(Schema):
    version = fields.Integer()
    state = fields.String()


class WebhookCallOut(Schema):
    """The result of a call. Without `status` there was no answer."""

    status = fields.Integer(required=True, allow_none=True)
    ms = fields.Integer(required=True)
    error = fields.String(required=True, allow_none=True)


_endpoint = fields.Nested(WebhookEndpointOut, required=True)
One = envelope("OneWebhookEndpoint", endpoint=_endpoint)
Many = envelope("ManyWebhookEndpoints", endpoints=fields.List(_endpoint, required=True))
Created = envelope("CreatedWebhookEndpoint", endpoint=_endpoint, secret=fields.String(required=True))
Rotated = envelope(
    "RotatedWebhookSecret",
    secret=fields.String(required=True),
    previous_until=fields.AwareDateTime(required=True),
)
Called = envelope("CalledWebhookEndpoint", call=fields.Nested(WebhookCallOut, required=True))
Verified = envelope(
    "VerifiedWebhookEndpoint",
    endpoint=_endpoint,
    call=fields.Nested(WebhookCallOut, required=True, allow_none=True),
)
Stats = envelope("WebhookEndpointStats", stats=fields.Nested(WebhookEndpointStatsOut, required=True))
Conflict = error_schemas.conflict(WebhookEndpointConflict)
