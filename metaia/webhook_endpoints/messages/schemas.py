"""Queries, bodies and answers about messages of endpoints."""

from __future__ import annotations

from marshmallow import ValidationError, fields, validate, validates_schema

from metaia.core.errors import declare
from metaia.core.http.fields import Moment, Schema, Text
from metaia.core.http.pagination import PageQuery, sort_field
from metaia.core.http.views import Meta, envelope
from metaia.core.json import Json
from metaia.webhook_endpoints.state import MESSAGE_STATES

declare({"endpoint_not_active": "The endpoint is not active: verify or resume it first."})


class DeliveriesQuery(PageQuery):
    state = fields.String(validate=validate.OneOf(MESSAGE_STATES))
    type = Text(120)
    from_ = Moment(data_key="from")
    to = Moment()
    sort = sort_field(("created_at",), "-createdAt")


class WebhookDeliveryOut(Schema):
    """One event for one endpoint. `eventId` is the `webhook-id` of all its attempts; `status` is of the last answer."""

    id = fields.UUID(required=True)
    endpoint_id = fields.UUID(required=True)
    event_id = fields.UUID(required=True)
    type = fields.String(required=True)
    subject = fields.String(required=True, allow_none=True)
    state = fields.String(required=True, validate=validate.OneOf(MESSAGE_STATES))
    tries = fields.Integer(required=True)
    status = fields.Integer(required=True, allow_none=True)
    error = fields.String(required=True, allow_none=True)
    next_at = fields.AwareDateTime(required=True, allow_none=True)
    created_at = fields.AwareDateTime(required=True)
    done_at = fields.AwareDateTime(required=True, allow_none=True)


class WebhookAttemptOut(Schema):
    """One call. `response` is the beginning of the answer's body; `status` is null if there was no answer."""

    at = fields.AwareDateTime(required=True)
    ms = fields.Integer(required=True)
    status = fields.Integer(required=True, allow_none=True)
    error = fields.String(required=True, allow_none=True)
    response = fields.String(required=True, allow_none=True)


class ReplayDeliveries(Schema):
    """The times of the events, `to` excluded. With `failedOnly`, those that were not delivered."""

    from_ = Moment(data_key="from", required=True)
    to = Moment(load_default=None, allow_none=True)
    failed_only = fields.Boolean(load_default=False)

    @validates_schema(skip_on_field_errors=True)
    def in_order(self, data: Json, **_: object) -> None:
        """The times are in order."""
        if data["to"] is not None and data["from_"] >= data["to"]:
            raise ValidationError("Must be after `from`.", "to")


Many = envelope(
    "ManyWebhookDeliveries",
    meta=Meta,
    deliveries=fields.List(fields.Nested(WebhookDeliveryOut), required=True),
)
One = envelope("OneWebhookDelivery", delivery=fields.Nested(WebhookDeliveryOut, required=True))
Whole = envelope(
    "WholeWebhookDelivery",
    delivery=fields.Nested(WebhookDeliveryOut, required=True),
    attempts=fields.List(fields.Nested(WebhookAttemptOut), required=True),
)
Replayed = envelope("ReplayedWebhooks", count=fields.Integer(required=True))
