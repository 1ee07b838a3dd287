"""Bodies, queries and answers of reports, and of reviews for staff."""

from __future__ import annotations

from marshmallow import fields, validate
from webargs.fields import DelimitedList

from metaia.core.http.fields import Id, Integer, Schema, Text
from metaia.core.http.pagination import PageQuery, sort_field
from metaia.core.http.views import Meta, envelope
from metaia.reviews.fields import RatingSummaryOut, ReviewOut
from metaia.reviews.queries import SORTABLE
from metaia.reviews.state import MACHINE, REPORT_REASONS, SUBJECT_TYPES

_reason = validate.OneOf(REPORT_REASONS)


class ReportReview(Schema):
    reason = fields.String(required=True, validate=_reason)
    note = Text(1000, lines=True, load_default=None, allow_none=True)


EXAMPLE = {"reason": "personal_data", "note": "It has a telephone number."}


class AllReviewsQuery(PageQuery):
    status = fields.String(validate=validate.OneOf(MACHINE.states))
    reported = fields.Boolean(metadata={"description": "whether there are open reports"})
    subject_type = fields.String(validate=validate.OneOf(SUBJECT_TYPES))
    subject_id = Id()
    partner_id = Id()
    author_id = Id()
    order_id = Id()
    booking_id = Id()
    rating = DelimitedList(Integer(validate=validate.Range(min=1, max=5)))
    with_text = fields.Boolean()
    answered = fields.Boolean(metadata={"description": "whether they have a reply"})
    sort = sort_field(tuple(SORTABLE), "-createdAt")


class StaffReviewOut(ReviewOut):
    """A review as staff sees it."""

    author_id = fields.UUID(required=True, allow_none=True)
    open_reports = fields.Integer(required=True)


class ReviewReportOut(Schema):
    reporter_id = fields.UUID(required=True)
    reason = fields.String(required=True, validate=_reason)
    note = fields.String(required=True, allow_none=True)
    created_at = fields.AwareDateTime(required=True)
    closed_at = fields.AwareDateTime(required=True, allow_none=True)


class ReportedReviewOut(Schema):
    review_id = fields.UUID(required=True)
    reported = fields.Boolean(required=True)


_review = fields.Nested(StaffReviewOut, required=True)


class StaffReviewsMeta(Meta):
    summary = fields.Nested(
        RatingSummaryOut,
        metadata={"description": "with `subjectType` and `subjectId`: all ratings of that one"},
    )


ReportedReview = envelope("ReportedReview", report=fields.Nested(ReportedReviewOut, required=True))
ManyStaffReviews = envelope(
    "ManyStaffReviews", meta=StaffReviewsMeta, reviews=fields.List(_review, required=True)
)
OneStaffReview = envelope("OneStaffReview", review=_review)
StaffReview = envelope(
    "StaffReview",
    review=_review,
    reports=fields.List(fields.Nested(ReviewReportOut), required=True),
    shared_with_partner=fields.List(
        fields.String(validate=validate.OneOf(("phone", "network", "address"))),
        required=True,
        metadata={"description": "what its author has in common with its partner"},
    ),
)
