"""Answers about types of events."""

from __future__ import annotations

from marshmallow import fields

from metaia.core.http.fields import Schema
from metaia.core.http.views import envelope


class WebhookEventTypeOut(Schema):
    """A type of event. `schema` is the address of the JSON schema of `data`."""

    type = fields.String(required=True, metadata={"example": "order.updated"})
    description = fields.String(required=True)
    audience = fields.String(required=True)
    schema = fields.String(required=True)
    example = fields.Dict(required=True)
    roles = fields.List(fields.String(), required=True)


Many = envelope(
    "ManyWebhookEventTypes", event_types=fields.List(fields.Nested(WebhookEventTypeOut), required=True)
)
