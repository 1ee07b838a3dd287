"""Attaching pictures to reviews."""

from __future__ import annotations

from collections.abc import Sequence

from metaia.core import db, rooms
from metaia.core.access.actor import Actor
from metaia.core.times import now
from metaia.media.uses import service as use_service
from metaia.media.uses.registry import SubjectKind, no_rooms
from metaia.reviews import policy, queries
from metaia.reviews.models import ReviewRow

KIND, ROLE = "review", "picture"


def attach(actor: Actor, review_id: str, media_ids: Sequence[str]) -> list[str]:
    """Attach pictures to a review instead of those that it has; return their ids.

    It belongs to the running transaction, in which the review is row-locked. Raises Invalid (`unknown_media`).
    """
    return use_service.replace_pictures(actor, media_ids, subject=rooms.subject(KIND, review_id), role=ROLE)


def detach(review_id: str) -> None:
    """Detach all pictures of a review that is deleted; files that are attached to nothing else are deleted, too."""
    use_service.detach(rooms.subject(KIND, review_id), at_once=True)


def _may_see(actor: Actor, review_id: str) -> bool:
    review = queries.get(review_id)
    return review is not None and policy.may_see(actor, review)


def _removed(review_id: str, media_id: str) -> None:
    """Take a deleted picture from its review, which is row-locked."""
    review = queries.lock(review_id)
    if review is not None:
        left = [each for each in review.media_ids if each != media_id]
        values = {"media_ids": left, "version": review.version + 1, "updated_at": now()}
        db.change(ReviewRow, id=review_id, **values)


def _lock(review_id: str) -> None:
    queries.lock(review_id)


SUBJECTS = SubjectKind(_may_see, no_rooms, _removed, _lock)
