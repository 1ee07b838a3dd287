"""Personal data in reviews: the export of a user's reviews, and what the deletion of an account leaves of them."""

from __future__ import annotations

import math
from collections.abc import Iterator

from sqlalchemy import update

from metaia.auth.account import export
from metaia.core import db, retention
from metaia.core.access.actor import Actor
from metaia.core.json import Json
from metaia.core.times import now
from metaia.jobs import registry as job_registry
from metaia.reviews import presenters, queries, service
from metaia.reviews.forgetting import queries as forgetting
from metaia.reviews.models import ReviewRow
from metaia.reviews.pictures import service as pictures
from metaia.reviews.queries import Review
from metaia.users.deleted import queries as deleted_users

FORGET = "metaia.reviews.jobs.forget_users"
BATCH = 100


def request_erasure(user_id: str) -> None:  # noqa: ARG001 - the job finds every review that is due
    """Enqueue the erasure of a deleted user's texts: it row-locks reviews of many partners."""
    job_registry.enqueue(FORGET)


def erase_users() -> int:
    """Erase the texts of deleted users; return the number of reviews."""
    erased, _ = retention.purge(_erase_batch, batch=BATCH, seconds=math.inf)
    retention.purge(forgetting.erase_notes, batch=BATCH, seconds=math.inf)
    return erased


def pages(actor: Actor) -> Iterator[list[Json]]:
    """Yield the reviews that a user has written; for a partner also the replies, with what they answer to."""
    for name in ("author_id", "replied_by"):
        for reviews in export.all_pages(lambda cursor, name=name: _page(actor, name, cursor)):  # type: ignore[misc]
            yield [presenters.review(each, actor) for each in reviews]


def _page(actor: Actor, name: str, cursor: str | None) -> export.Page:
    filters = {name: actor.id, "living": True}
    return queries.page(filters=filters, sort="createdAt", limit=export.PAGE_SIZE, cursor=cursor)


def _erase_batch(limit: int) -> int:
    reviews = forgetting.to_erase(limit)
    for review in reviews:
        _erase(review)
    return len(reviews)


def _erase(review: Review) -> None:
    """Overwrite what deleted users have written. The rating stays; so does the version, as no action is affected."""
    gone = deleted_users.of({each for each in (review.author_id, review.partner_id) if each})
    erased: Json = {"updated_at": now()}
    parts = []
    if review.author_id in gone:
        erased |= {"author_id": None, "text": None, "tags": [], "media_ids": []}
        parts.append(service.TEXT)
        pictures.detach(review.id)
    if review.partner_id in gone:
        erased["reply"] = None
        parts.append(service.REPLY)
    service.forget_text(review, set(), parts)
    db.execute(update(ReviewRow).where(ReviewRow.id == review.id).values(**erased))
