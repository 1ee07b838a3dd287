"""Reports, and reviews for staff, as JSON."""

from __future__ import annotations

from metaia.core.access.actor import Actor
from metaia.core.http.presenters import presenter
from metaia.core.json import Json
from metaia.reviews import presenters
from metaia.reviews.queries import Review
from metaia.reviews.reporting.schemas import ReviewReportOut

report = presenter(ReviewReportOut)


def review(this: Review, actor: Actor) -> Json:
    """Return a review as staff sees it."""
    more: Json = {"authorId": this.author_id, "openReports": this.open_reports}
    return presenters.review(this, actor) | more
