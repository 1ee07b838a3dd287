"""Schemas of the trace of a notification."""

from __future__ import annotations

from marshmallow import fields, validate

from metaia.core.http.fields import Schema
from metaia.core.http.views import envelope
from metaia.notifications.support.queries import STATUSES
from metaia.notifications.support.schemas import DeliveryOut, StaffNotification


class DeliveryStep(Schema):
    """A decision on a delivery, its reason, and the number of attempts before it."""

    status = fields.String(required=True, validate=validate.OneOf(STATUSES))
    reason = fields.String(required=True)
    attempts = fields.Integer(required=True)
    due_at = fields.AwareDateTime(required=True)
    at = fields.AwareDateTime(required=True)


class AttemptOut(Schema):
    number = fields.Integer(required=True)
    provider = fields.String(required=True)
    started_at = fields.AwareDateTime(required=True)
    milliseconds = fields.Integer(required=True, allow_none=True)
    outcome = fields.String(required=True, allow_none=True)
    answer = fields.String(required=True, allow_none=True)


class ReceiptOut(Schema):
    status = fields.String(required=True)
    detail = fields.String(required=True, allow_none=True)
    at = fields.AwareDateTime(required=True)


class TracedDelivery(DeliveryOut):
    steps = fields.List(fields.Nested(DeliveryStep), required=True)
    attempts = fields.List(fields.Nested(AttemptOut), required=True)
    receipts = fields.List(fields.Nested(ReceiptOut), required=True)


class CausingEvent(Schema):
    """An event of the same request. The log keeps it for LOG_DAYS."""

    position = fields.Integer(required=True)
    type = fields.String(required=True)
    subject = fields.String(required=True, allow_none=True)
    actor_id = fields.String(required=True, allow_none=True)
    at = fields.AwareDateTime(required=True)


class NotificationCause(Schema):
    subject = fields.String(required=True, allow_none=True)
    subject_name = fields.String(
        required=True, allow_none=True, metadata={"description": "number of the order"}
    )
    request_id = fields.String(required=True, allow_none=True)
    actor_id = fields.String(required=True, allow_none=True)
    actor_name = fields.String(required=True, allow_none=True)
    actor_role = fields.String(required=True, allow_none=True)
    campaign_id = fields.UUID(required=True, allow_none=True)
    campaign = fields.String(required=True, allow_none=True)
    events = fields.List(fields.Nested(CausingEvent), required=True)


class NotificationAudience(Schema):
    user_id = fields.UUID(required=True)
    name = fields.String(required=True)
    role = fields.String(required=True)
    locale = fields.String(required=True)
    time_zone = fields.String(required=True)
    active = fields.Boolean(required=True)


class TracedNotification(Schema):
    """A notification with its cause, its recipient and its deliveries."""

    notification = fields.Nested(StaffNotification, required=True)
    cause = fields.Nested(NotificationCause, required=True)
    audience = fields.Nested(NotificationAudience, required=True)
    deliveries = fields.List(fields.Nested(TracedDelivery), required=True)


Trace = envelope("NotificationTrace", trace=fields.Nested(TracedNotification, required=True))
