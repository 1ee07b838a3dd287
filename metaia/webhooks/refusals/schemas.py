"""Schemas of refused calls, for staff."""

from __future__ import annotations

from marshmallow import fields, validate

from metaia.core.http.fields import Schema
from metaia.core.http.views import envelope
from metaia.webhooks.vendors.interface import WHYS


class RefusalOut(Schema):
    """A refused call without its content."""

    at = fields.AwareDateTime(required=True)
    source = fields.String(required=True)
    why = fields.String(required=True, validate=validate.OneOf(WHYS))
    bytes = fields.Integer(required=True)
    address = fields.String(required=True)


class AlarmOut(Schema):
    """A source that refused calls in the last 15 minutes, and accepted none."""

    source = fields.String(required=True)
    refused = fields.Integer(required=True)


Many = envelope(
    "WebhookRefusals",
    refusals=fields.List(fields.Nested(RefusalOut), required=True),
    alarms=fields.List(fields.Nested(AlarmOut), required=True),
)
