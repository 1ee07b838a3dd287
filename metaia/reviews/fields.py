"""Reviews in answers and in events."""

from __future__ import annotations

from marshmallow import fields, validate

from metaia.core.http.fields import Schema
from metaia.reviews.state import MACHINE, SUBJECT_TYPES

_type = validate.OneOf(SUBJECT_TYPES)


class ReviewSubjectOut(Schema):
    type = fields.String(required=True, validate=_type)
    id = fields.UUID(required=True)


class ReviewAuthorOut(Schema):
    name = fields.String(required=True, metadata={"description": "first name and initial"})


class ReviewReplyOut(Schema):
    text = fields.String(required=True)
    at = fields.AwareDateTime(required=True)


class ReviewOut(Schema):
    """A review. Only its author and staff get `orderId` or `bookingId`, and of a hidden one `hideReason`."""

    id = fields.UUID(required=True)
    subject = fields.Nested(ReviewSubjectOut, required=True)
    partner_id = fields.UUID(required=True, allow_none=True)
    author = fields.Nested(
        ReviewAuthorOut,
        required=True,
        allow_none=True,
        metadata={"description": "null once the account is deleted"},
    )
    rating = fields.Integer(required=True)
    tags = fields.List(fields.String(), required=True)
    text = fields.String(required=True, allow_none=True)
    media_ids = fields.List(
        fields.UUID(), required=True, metadata={"description": "see `GET /api/upload/{id}`"}
    )
    status = fields.String(required=True, validate=validate.OneOf(MACHINE.states))
    reply = fields.Nested(ReviewReplyOut, required=True, allow_none=True)
    edited_at = fields.AwareDateTime(required=True, allow_none=True)
    version = fields.Integer(required=True)
    allowed_actions = fields.List(fields.String(validate=validate.OneOf(MACHINE.actions)), required=True)
    created_at = fields.AwareDateTime(required=True)
    updated_at = fields.AwareDateTime(required=True)
    order_id = fields.UUID()
    booking_id = fields.UUID()
    hide_reason = fields.String()


class RatingSummaryOut(Schema):
    """Published ratings of one subject."""

    count = fields.Integer(required=True)
    average = fields.Float(required=True, allow_none=True, metadata={"description": "null without a rating"})
    distribution = fields.Dict(
        keys=fields.String(validate=validate.OneOf(tuple("12345"))),
        values=fields.Integer(),
        required=True,
        metadata={"description": "number of ratings by stars"},
    )
