"""Queries and answers of the figures about reviews."""

from __future__ import annotations

from marshmallow import fields, validate

from metaia.core.http.fields import Id, Integer, Schema
from metaia.core.http.pagination import Period, sort_field
from metaia.core.http.views import Meta, envelope
from metaia.reviews.fields import RatingSummaryOut


class ReviewStatsQuery(Period):
    partner_id = Id(load_default=None, metadata={"description": "for staff; by default all"})
    group_by = fields.String(load_default="day", validate=validate.OneOf(("day", "week", "month")))


class SatisfactionQuery(Period):
    limit = Integer(load_default=20, validate=validate.Range(min=1, max=100))
    cursor = fields.String(load_default=None, validate=validate.Length(max=500))
    sort = sort_field(("orders", "average", "cancelled_share"), "-orders")


def _share(description: str) -> fields.Float:
    return fields.Float(required=True, allow_none=True, metadata={"description": description})


class ReviewFiguresOut(RatingSummaryOut):
    """Published reviews of partners that were written in a time. Shares are null without anything to divide by."""

    csat = _share("share of 4 and 5 stars")
    response_rate = _share("share with a reply")
    review_rate = _share("share of the ended orders and bookings of that time that have a review")


class ReviewPeriodOut(ReviewFiguresOut):
    period = fields.Date(required=True, metadata={"description": "its first day, in UTC"})


class ReviewTotalOut(ReviewFiguresOut):
    median_reply_hours = _share("from the review to the reply")


class SatisfactionOut(Schema):
    """The orders of a partner in a time, and the reviews that were written about it then."""

    partner_id = fields.UUID(required=True)
    name = fields.String(required=True, metadata={"description": "of the business, or else of the user"})
    orders = fields.Integer(required=True)
    cancelled_share = _share("rejected, cancelled or not accepted in time")
    late_share = _share(
        "ended later than the minutes promised at the acceptance, of the orders with a promise"
    )
    count = fields.Integer(required=True, metadata={"description": "reviews"})
    average = _share("of the stars")
    csat = _share("share of 4 and 5 stars")


ReviewStats = envelope(
    "ReviewStats",
    total=fields.Nested(ReviewTotalOut, required=True),
    periods=fields.List(fields.Nested(ReviewPeriodOut), required=True),
)
Satisfaction = envelope(
    "Satisfaction", meta=Meta, partners=fields.List(fields.Nested(SatisfactionOut), required=True)
)
