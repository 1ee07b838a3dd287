"""Schemas of webhooks, for staff."""

from __future__ import annotations

from marshmallow import fields, validate

from metaia.core.http.fields import Schema, Text
from metaia.core.http.pagination import PageQuery, sort_field
from metaia.core.http.views import Meta, envelope

STATES = ("waiting", "digested", "quarantined")


class WebhookOut(Schema):
    """A stored webhook without its content, which has addresses and telephone numbers in it."""

    id = fields.UUID(required=True)
    source = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(STATES))
    tries = fields.Integer(required=True)
    error = fields.String(required=True, allow_none=True)
    bytes = fields.Integer(required=True)
    received_at = fields.AwareDateTime(required=True)
    digested_at = fields.AwareDateTime(required=True, allow_none=True)


class Received(Schema):
    """The empty object that some vendors expect."""


class ListQuery(PageQuery):
    state = fields.String(validate=validate.OneOf(STATES))
    source = Text(40)
    sort = sort_field(("received_at",), "-receivedAt")


Many = envelope("ManyWebhooks", meta=Meta, webhooks=fields.List(fields.Nested(WebhookOut), required=True))
One = envelope("OneWebhook", webhook=fields.Nested(WebhookOut, required=True))
