"""Bodies, queries and answers about reviews; `presenters.py` fills the answers."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema
from webargs.fields import DelimitedList

from metaia.core.errors import declare
from metaia.core.http.fields import Id, Integer, Schema, Text, Version
from metaia.core.http.pagination import PageQuery, sort_field
from metaia.core.http.views import Meta, envelope
from metaia.core.openapi import error_schemas
from metaia.reviews.fields import RatingSummaryOut, ReviewOut
from metaia.reviews.state import MACHINE, SUBJECT_TYPES

# All here, because the schemas of a 409 list the codes that are declared before them.
declare(
    {
        "already_reviewed": "There is a review of this subject for this order; `details` has its id.",
        "not_reviewable": "This cannot be reviewed, or the review not be changed; `details` has the reason.",
        "own_shop": "Users cannot order from or review their own shop.",
    }
)
NOT_ENDED, TOO_LATE, COUNTER_ORDER = "not_ended", "too_late", "counter_order"
MOST_SUBJECTS, MOST_TAGS, MOST_PICTURES = 30, 10, 5
LONGEST_TEXT = 2000
_type = validate.OneOf(SUBJECT_TYPES)
_tag = fields.String(
    validate=validate.Regexp(r"[a-z0-9_-]{1,30}\Z"), metadata={"pattern": "^[a-z0-9_-]{1,30}$"}
)
_tags: Any = {
    "validate": validate.Length(max=MOST_TAGS),
    "metadata": {"description": "as `friendly`, `late`"},
}
_pictures: Any = {
    "validate": validate.Length(max=MOST_PICTURES),
    "metadata": {"description": "pictures of yours, as public as the review"},
}


def _rating(**options: Any) -> Integer:
    return Integer(validate=validate.Range(min=1, max=5), **options)


class ReviewSubjectIn(Schema):
    """What is rated: the partner, the courier or a product of the order."""

    type = fields.String(required=True, validate=_type)
    id = Id(required=True)
    rating = _rating(required=True)
    tags = fields.List(_tag, load_default=list, **_tags)


class CreateReviews(Schema):
    """Ratings for one order or booking. Text and pictures belong to its partner, else to the first of its subjects."""

    order_id = Id(load_default=None, allow_none=True)
    booking_id = Id(load_default=None, allow_none=True)
    subjects = fields.List(
        fields.Nested(ReviewSubjectIn), required=True, validate=validate.Length(min=1, max=MOST_SUBJECTS)
    )
    text = Text(LONGEST_TEXT, lines=True, load_default=None, allow_none=True)
    media_ids = fields.List(Id(), load_default=list, **_pictures)

    @validates_schema
    def one_source(self, data: dict[str, Any], **_: Any) -> None:
        """Exactly one of an order and a booking."""
        if (data["order_id"] is None) == (data["booking_id"] is None):
            raise ValidationError("Give either orderId or bookingId.", "orderId")

    @validates_schema
    def each_once(self, data: dict[str, Any], **_: Any) -> None:
        """No subject is rated twice."""
        subjects = [(each["type"], each["id"]) for each in data["subjects"]]
        if len(set(subjects)) < len(subjects):
            raise ValidationError("Each subject once.", "subjects")


EXAMPLE = {
    "orderId": "01a1f86b-752e-753f-ab3a-936f1e472418",
    "subjects": [
        {
            "type": "partner",
            "id": "01a1f86b-752e-753f-ab3a-936f1e472419",
            "rating": 5,
            "tags": ["friendly"],
        }
    ],
    "text": "It fits at the first try.",
}


class UpdateReview(Schema):
    expected_version = Version(load_default=None)
    rating = _rating()
    tags = fields.List(_tag, **_tags)
    text = Text(LONGEST_TEXT, lines=True, allow_none=True)
    media_ids = fields.List(Id(), **_pictures)


class PutReply(Schema):
    expected_version = Version(load_default=None)
    text = Text(LONGEST_TEXT, required=True, lines=True)


class ModerateReview(Schema):
    expected_version = Version(load_default=None)
    reason = Text(
        500, required=True, lines=True, metadata={"description": "of a hidden one, its author reads it"}
    )


class ReviewsOfQuery(PageQuery):
    """The reviews of one partner, or of one product."""

    partner_id = Id()
    product_id = Id()
    rating = DelimitedList(_rating())
    with_text = fields.Boolean()
    sort = sort_field(("created_at", "rating"), "-createdAt")

    @validates_schema
    def one_subject(self, data: dict[str, Any], **_: Any) -> None:
        """Exactly one subject."""
        if ("partner_id" in data) == ("product_id" in data):
            raise ValidationError("Give either partnerId or productId.", "partnerId")


class OwnReviewsQuery(PageQuery):
    order_id = Id()
    booking_id = Id()
    sort = sort_field(("created_at",), "-createdAt")


class ReceivedQuery(PageQuery):
    subject_type = fields.String(validate=_type)
    rating = DelimitedList(_rating())
    with_text = fields.Boolean()
    answered = fields.Boolean(metadata={"description": "whether they have a reply"})
    sort = sort_field(("created_at",), "-createdAt")


class RatingSummaryMeta(Meta):
    summary = fields.Nested(RatingSummaryOut, required=True)


class NewReviewConflict(Schema):
    """The `details` of a 409 to a new review."""

    reason = fields.String(
        validate=validate.OneOf((NOT_ENDED, TOO_LATE, COUNTER_ORDER)),
        metadata={"description": "of `not_reviewable`"},
    )
    review_ids = fields.List(fields.UUID(), metadata={"description": "of `already_reviewed`"})


class ReviewConflict(Schema):
    """The `details` of a 409 about a review: the review as it is now."""

    status = fields.String(required=True, validate=validate.OneOf(MACHINE.states))
    version = fields.Integer(required=True)
    allowed_actions = fields.List(fields.String(validate=validate.OneOf(MACHINE.actions)), required=True)
    review = fields.Nested(ReviewOut, required=True)
    reason = fields.String(validate=validate.Equal(TOO_LATE), metadata={"description": "of `not_reviewable`"})


_review = fields.Nested(ReviewOut, required=True)
_reviews = fields.List(_review, required=True)
OneReview = envelope("OneReview", review=_review)
ManyReviews = envelope("ManyReviews", meta=Meta, reviews=_reviews)
ReviewsOf = envelope("ReviewsOf", meta=RatingSummaryMeta, reviews=_reviews)
Received = envelope("ReceivedReviews", meta=RatingSummaryMeta, reviews=_reviews)
MadeReviews = envelope("MadeReviews", reviews=_reviews)
NotReviewable = error_schemas.conflict(NewReviewConflict)
Conflict = error_schemas.conflict(ReviewConflict)
