"""Queries and answers of admins."""

from __future__ import annotations

from marshmallow import fields, validate

from metaia.core.http.fields import Id, Schema, Text
from metaia.core.http.pagination import PageQuery, sort_field
from metaia.core.http.views import Meta, envelope
from metaia.webhook_endpoints.schemas import WebhookEndpointOut
from metaia.webhook_endpoints.state import ENDPOINT_STATES


class ListQuery(PageQuery):
    owner_id = Id()
    state = fields.String(validate=validate.OneOf(ENDPOINT_STATES))
    sort = sort_field(("created_at",), "-createdAt")


class DisableWebhookEndpoint(Schema):
    """The reason is for the audit log."""

    reason = Text(500, required=True)


Many = envelope(
    "AllWebhookEndpoints",
    meta=Meta,
    endpoints=fields.List(fields.Nested(WebhookEndpointOut), required=True),
)
