"""Schemas of notifications for staff."""

from __future__ import annotations

from marshmallow import fields, validate

from metaia.core.http.fields import Id, Schema, Text
from metaia.core.http.pagination import PageQuery, sort_field
from metaia.core.http.views import Meta, envelope
from metaia.notifications.registry import CHANNELS
from metaia.notifications.support.queries import SORTABLE, STATUSES
from metaia.notifications.support.stats_schemas import Period


class SearchQuery(Period, PageQuery):
    """`status` and `channel` must match the same delivery."""

    user_id = Id()
    email = Text(254)
    type = Text(60)
    status = fields.String(validate=validate.OneOf(STATUSES))
    channel = fields.String(validate=validate.OneOf(CHANNELS))
    subject = Text(80)
    campaign_id = Id()
    sort = sort_field(tuple(SORTABLE), "-createdAt")


class DeliveryOut(Schema):
    """A delivery: the decision for one channel, its reason and its result."""

    id = fields.UUID(required=True)
    channel = fields.String(required=True)
    address = fields.String(required=True, allow_none=True)
    status = fields.String(required=True, validate=validate.OneOf(STATUSES))
    reason = fields.String(required=True, allow_none=True)
    digest = fields.Boolean(required=True)
    fallback = fields.Boolean(required=True)
    due_at = fields.AwareDateTime(required=True)
    provider = fields.String(required=True, allow_none=True)
    reference = fields.String(required=True, allow_none=True)
    error = fields.String(required=True, allow_none=True)
    created_at = fields.AwareDateTime(required=True)
    updated_at = fields.AwareDateTime(required=True)


class StaffNotification(Schema):
    """A notification of a user, as staff see it."""

    id = fields.UUID(required=True)
    user_id = fields.UUID(required=True)
    type = fields.String(required=True)
    category = fields.String(required=True)
    title = fields.String(required=True)
    in_app = fields.Boolean(required=True)
    queue = fields.String(required=True)
    subject = fields.String(required=True, allow_none=True)
    campaign_id = fields.UUID(required=True, allow_none=True)
    created_at = fields.AwareDateTime(required=True)
    planned_at = fields.AwareDateTime(required=True, allow_none=True)
    read_at = fields.AwareDateTime(required=True, allow_none=True)
    clicked_at = fields.AwareDateTime(required=True, allow_none=True)
    deleted_at = fields.AwareDateTime(required=True, allow_none=True)


class FoundNotification(StaffNotification):
    user_name = fields.String(required=True)
    deliveries = fields.List(fields.Nested(DeliveryOut), required=True)


Many = envelope(
    "FoundNotifications",
    meta=Meta,
    notifications=fields.List(fields.Nested(FoundNotification), required=True),
)
OneDelivery = envelope("OneDelivery", delivery=fields.Nested(DeliveryOut, required=True))
