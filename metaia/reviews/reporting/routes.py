"""Routes of reports, and of reviews for staff."""

from __future__ import annotations

from functools import partial

from flask import Flask, Response
from marshmallow import Schema as MarshmallowSchema

from metaia.core import versions
from metaia.core.access.actor import current
from metaia.core.errors import Forbidden, NotFound
from metaia.core.http.actions import register_actions
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import READ, WRITE
from metaia.core.http.pagination import listing
from metaia.core.http.views import answer, answer_versioned
from metaia.core.json import Json
from metaia.core.openapi.document import Api
from metaia.reviews import queries
from metaia.reviews import schemas as review_schemas
from metaia.reviews import service as review_service
from metaia.reviews.policy import REVIEWS_MANAGE, REVIEWS_READ
from metaia.reviews.reporting import presenters, schemas, service
from metaia.reviews.totals import queries as totals

blp = Blueprint("review_reports", __name__, url_prefix="/api/reviews", description="Reports of reviews")
admin = Blueprint(
    "admin_reviews", __name__, url_prefix="/api/admin/reviews", description="Reviews, for staff"
)
REPORT = WRITE.limited_to("20 per hour")
ACTIONS: dict[str, tuple[type[MarshmallowSchema], str]] = {
    "hide": (review_schemas.ModerateReview, "Hide a review: it counts nowhere. Its author is notified."),
    "show": (
        review_schemas.ModerateReview,
        "Show a hidden review again, or close the reports of a shown one.",
    ),
}


@blp.endpoint(
    "POST",
    "/<id:review_id>/report",
    body=schemas.ReportReview,
    example=schemas.EXAMPLE,
    returns=schemas.ReportedReview,
    limit=REPORT,
    idempotent=True,
    fails=(Forbidden, NotFound),
    conflict=review_schemas.Conflict,
)
def report(body: Json, review_id: str) -> Response:
    """Report a review to staff."""
    service.report(current(), review_id, body)
    return answer(report={"reviewId": review_id, "reported": True})


@admin.endpoint(
    "GET",
    "",
    query=schemas.AllReviewsQuery,
    returns=schemas.ManyStaffReviews,
    limit=READ,
    access=REVIEWS_READ,
)
def get_all(query: Json) -> Response:
    """All reviews: `reported=true` has those with open reports. Those of one subject have `meta.summary`."""
    kind, subject_id = query.get("subject_type"), query.get("subject_id")
    meta = {"summary": totals.summary(kind, subject_id)} if kind and subject_id else {}
    return listing(
        "reviews", query, queries.page, partial(presenters.review, actor=current()), meta=lambda _: meta
    )


@admin.endpoint(
    "GET",
    "/<id:review_id>",
    returns=schemas.StaffReview,
    limit=READ,
    access=REVIEWS_READ,
    fails=(NotFound,),
)
def get_one(review_id: str) -> Response:
    """One review with its reports, and what its author has in common with its partner."""
    review, more = service.read(review_id)
    return answer_versioned(review.version, review=presenters.review(review, current()), **more)


def _moderate(review_id: str, action: str, body: Json, version: versions.Expected) -> Response:
    actor = current()
    review = review_service.moderate(actor, review_id, action, body["reason"], version)
    return answer_versioned(review.version, review=presenters.review(review, actor))


register_actions(
    admin,
    "PATCH",
    "/<id:review_id>",
    ACTIONS,
    _moderate,
    returns=schemas.OneStaffReview,
    access=REVIEWS_MANAGE,
    fails=(NotFound,),
    conflict=review_schemas.Conflict,
)


def register(app: Flask, api: Api) -> None:  # noqa: ARG001 - as all features
    """Register this feature with the application."""
    for blueprint in (blp, admin):
        api.register_blueprint(blueprint)
