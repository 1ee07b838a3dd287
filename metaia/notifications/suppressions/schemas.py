"""Schemas of suppressions."""

from __future__ import annotations

from marshmallow import fields, validate

from metaia.core.http.fields import Schema, Text
from metaia.core.http.pagination import PageQuery, sort_field
from metaia.core.http.views import Meta, envelope
from metaia.notifications.registry import EXTERNAL_CHANNELS
from metaia.notifications.suppressions.policy import REASONS

_reason = validate.OneOf(REASONS)


class SuppressionOut(Schema):
    """Why messages do not reach an address of mine. `until` is null if it does not end by itself.

    `category` is the category of an unsubscription, null for all. `canLift`: I can end it here.
    """

    id = fields.UUID(required=True)
    channel = fields.String(required=True, validate=validate.OneOf(EXTERNAL_CHANNELS))
    address = fields.String(required=True)
    reason = fields.String(required=True, validate=_reason)
    category = fields.String(required=True, allow_none=True)
    at = fields.AwareDateTime(required=True)
    until = fields.AwareDateTime(required=True, allow_none=True)
    can_lift = fields.Boolean(required=True)
    title = fields.String(required=True)
    meaning = fields.String(required=True)


class StaffSuppression(Schema):
    """A suppression as staff see it. `times` is the number of causes in a row, `detail` is the provider's text."""

    id = fields.UUID(required=True)
    channel = fields.String(required=True, validate=validate.OneOf(EXTERNAL_CHANNELS))
    address = fields.String(required=True)
    reason = fields.String(required=True, validate=_reason)
    category = fields.String(required=True, allow_none=True)
    active = fields.Boolean(required=True)
    at = fields.AwareDateTime(required=True)
    times = fields.Integer(required=True)
    until = fields.AwareDateTime(required=True, allow_none=True)
    detail = fields.String(required=True, allow_none=True)
    ended_at = fields.AwareDateTime(required=True, allow_none=True)
    ended_by = fields.String(required=True, allow_none=True)


class SearchQuery(PageQuery):
    channel = fields.String(validate=validate.OneOf(EXTERNAL_CHANNELS))
    address = Text(500)
    reason = fields.String(validate=_reason)
    active = fields.Boolean()
    sort = sort_field(("at",), "-at")


class Lift(Schema):
    """The reason is kept in the audit log."""

    reason = Text(300, required=True)


Mine = envelope("MySuppressions", suppressions=fields.List(fields.Nested(SuppressionOut), required=True))
MineLifted = envelope("MySuppressionLifted")
Many = envelope(
    "Suppressions", meta=Meta, suppressions=fields.List(fields.Nested(StaffSuppression), required=True)
)
One = envelope("OneSuppression", suppression=fields.Nested(StaffSuppression, required=True))
