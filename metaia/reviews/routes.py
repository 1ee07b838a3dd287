"""Routes of reviews: public reads, and those of authors and partners; and the registration of this domain."""

from __future__ import annotations

from pathlib import Path

from flask import Flask, Response

from metaia.auth.account import erasure, export
from metaia.core.access import actor as actors
from metaia.core.access.actor import current
from metaia.core.db.refusals import REFUSALS
from metaia.core.errors import Forbidden, NotFound
from metaia.core.http import etags
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import PUBLIC, READ, WRITE
from metaia.core.http.pagination import listing
from metaia.core.http.views import answer, answer_versioned
from metaia.core.json import Json
from metaia.core.openapi.document import Api
from metaia.jobs import registry as job_registry
from metaia.media.uses import registry as media_subjects
from metaia.notifications import registry as notification_registry
from metaia.notifications.content import templates
from metaia.realtime import catalogue
from metaia.reviews import events, jobs, presenters, privacy, queries, schemas, service
from metaia.reviews.analytics import routes as analytics_routes
from metaia.reviews.create import create as create_reviews
from metaia.reviews.notifications import NOTIFICATION_TYPES
from metaia.reviews.pictures import service as pictures
from metaia.reviews.queries import Review
from metaia.reviews.reporting import routes as report_routes
from metaia.reviews.requests import routes as request_routes
from metaia.reviews.state import OF_PARTNER, OF_PRODUCT
from metaia.reviews.totals import queries as totals
from metaia.reviews.totals import service as total_service
from metaia.shops.counters import service as counters

blp = Blueprint("reviews", __name__, url_prefix="/api/reviews", description="Reviews")


@blp.endpoint(
    "POST",
    "",
    body=schemas.CreateReviews,
    example=schemas.EXAMPLE,
    returns=schemas.MadeReviews,
    status=201,
    limit=WRITE,
    idempotent=True,
    fails=(Forbidden, NotFound),
    conflict=schemas.NotReviewable,
)
def create(body: Json) -> Response:
    """Review an order or booking of one's own that has ended, within REVIEW_DAYS."""
    actor = current()
    made = create_reviews(actor, body)
    return answer(status=201, reviews=[presenters.review(each, actor) for each in made])


@blp.endpoint("GET", "", query=schemas.ReviewsOfQuery, returns=schemas.ReviewsOf, limit=READ, access=PUBLIC)
def get_many(query: Json) -> Response:
    """The published reviews of a partner or of a product; `meta.summary` has all ratings."""
    kind = OF_PARTNER if "partner_id" in query else OF_PRODUCT
    subject_id = query.pop(f"{kind}_id")
    query |= {"subject_type": kind, "subject_id": subject_id, "published": True}
    caller = actors.optional()
    return listing(
        "reviews",
        query,
        queries.page,
        lambda review: presenters.review(review, caller),
        meta=lambda _: {"summary": totals.summary(kind, subject_id)},
    )


@blp.endpoint("GET", "/mine", query=schemas.OwnReviewsQuery, returns=schemas.ManyReviews, limit=READ)
def get_own(query: Json) -> Response:
    """The reviews that one has written; with `orderId`, those of one order."""
    return _listed(query | {"author_id": current().id, "living": True})


@blp.endpoint("GET", "/received", query=schemas.ReceivedQuery, returns=schemas.Received, limit=READ)
def get_received(query: Json) -> Response:
    """The published reviews of one's shop and its products; for a courier, one's own ratings."""
    actor = current()
    kind, own = service.received_by(actor)
    return listing(
        "reviews",
        query | own | {"published": True},
        queries.page,
        lambda review: presenters.review(review, actor),
        meta=lambda _: {"summary": totals.summary(kind, actor.id)},
    )


@blp.endpoint(
    "GET", "/<id:review_id>", returns=schemas.OneReview, limit=READ, access=PUBLIC, fails=(NotFound,)
)
def get_one(review_id: str) -> Response:
    """One review; a hidden one for its author and staff, one of a courier for the courier, too."""
    caller = actors.optional()
    review = service.read(caller, review_id)
    return answer_versioned(review.version, review=presenters.review(review, caller))


@blp.endpoint(
    "PATCH",
    "/<id:review_id>",
    body=schemas.UpdateReview,
    example={"rating": 4},
    returns=schemas.OneReview,
    limit=WRITE,
    idempotent=True,
    fails=(Forbidden, NotFound),
    conflict=schemas.Conflict,
)
def change(body: Json, review_id: str) -> Response:
    """Change one's review within 14 days."""
    version = etags.expected(body.pop("expected_version"))
    return _one(service.update(current(), review_id, body, version))


@blp.endpoint(
    "DELETE",
    "/<id:review_id>",
    returns=schemas.OneReview,
    limit=WRITE,
    fails=(Forbidden, NotFound),
    conflict=schemas.Conflict,
    headers=(etags.PARAMETER,),
    idempotent=True,
)
def delete(review_id: str) -> Response:
    """Delete one's review: it counts nowhere. The order can be reviewed again."""
    return _one(service.delete(current(), review_id, etags.expected(None)))


@blp.endpoint(
    "PUT",
    "/<id:review_id>/reply",
    body=schemas.PutReply,
    example={"text": "Thank you! See you soon."},
    returns=schemas.OneReview,
    limit=WRITE,
    idempotent=True,
    fails=(Forbidden, NotFound),
    conflict=schemas.Conflict,
)
def reply(body: Json, review_id: str) -> Response:
    """Reply to a review of one's shop or its products in public, or change the reply."""
    version = etags.expected(body["expected_version"])
    return _one(service.reply(current(), review_id, body["text"], version))


@blp.endpoint(
    "DELETE",
    "/<id:review_id>/reply",
    returns=schemas.OneReview,
    limit=WRITE,
    fails=(Forbidden, NotFound),
    conflict=schemas.Conflict,
    headers=(etags.PARAMETER,),
    idempotent=True,
)
def remove_reply(review_id: str) -> Response:
    """Take one's reply back."""
    return _one(service.remove_reply(current(), review_id, etags.expected(None)))


def _one(review: Review) -> Response:
    return answer_versioned(review.version, review=presenters.review(review, current()))


def _listed(query: Json) -> Response:
    actor = current()
    return listing("reviews", query, queries.page, lambda review: presenters.review(review, actor))


def register(app: Flask, api: Api) -> None:
    """Register this domain with the application."""
    catalogue.register(app, *events.EVENTS)
    job_registry.register(app, jobs)
    notification_registry.register(app, *NOTIFICATION_TYPES)
    templates.register(app, Path(__file__).parent / "templates")
    erasure.ERASERS.register(app, "reviews", privacy.request_erasure)
    export.EXPORTS.register(app, "reviews", privacy.pages)
    media_subjects.SUBJECTS.register(app, pictures.KIND, pictures.SUBJECTS)
    counters.COUNTERS.register(app, "ratings", total_service.RULE)
    REFUSALS.register(app, service.NOT_OF_CUSTOMER, service.refused)
    for feature in (report_routes, request_routes, analytics_routes):
        feature.register(app, api)
    api.register_blueprint(blp)
