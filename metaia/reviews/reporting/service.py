"""Reporting reviews, and reading what was reported."""

from __future__ import annotations

from metaia.core import db
from metaia.core.access.actor import Actor
from metaia.core.errors import NotFound
from metaia.core.json import Json
from metaia.core.times import now
from metaia.reviews import publish, queries, service
from metaia.reviews.models import ReviewRow
from metaia.reviews.queries import Review
from metaia.reviews.reporting import presenters
from metaia.reviews.reporting import queries as report_queries


def report(actor: Actor, review_id: str, given: Json) -> None:
    """Report a review to staff; a second report of the same user changes nothing.

    Raises NotFound, Forbidden for one's own review, and Conflict for one that is hidden.
    """
    with db.transaction():
        review = service.required(actor, review_id, "report", None)
        if not report_queries.add(review_id, actor.id, given["reason"], given["note"], now()):
            return
        # The version stays: what its author and its partner may do has not changed.
        db.change(ReviewRow, id=review_id, open_reports=review.open_reports + 1)
        publish.reported(review)


def read(review_id: str) -> tuple[Review, Json]:
    """Return a review with its reports, and what its author has in common with its partner. Raises NotFound."""
    review = queries.get(review_id)
    if review is None:
        raise NotFound(service.NO_REVIEW)
    shared: list[str] = []
    if review.author_id and review.partner_id:
        shared = report_queries.shared(review.author_id, review.partner_id)
    found = [presenters.report(each) for each in report_queries.of_review(review_id)]
    return review, {"reports": found, "sharedWithPartner": shared}
