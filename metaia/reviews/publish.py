"""Publishing a change of a review: one event for live screens, and the notifications."""

from __future__ import annotations

from collections.abc import Sequence

from metaia.core.json import Json
from metaia.core.rooms import STAFF
from metaia.core.times import rfc3339
from metaia.notifications import service as notification_service
from metaia.realtime import events
from metaia.reviews import notifications, presenters, recipients
from metaia.reviews.queries import Review


def created(reviews: Sequence[Review]) -> None:
    """Record the events of new reviews of one order in the running transaction; each receiver gets one notification."""
    informed: set[str] = set()
    for review in reviews:
        _record(review, "create", new=True)
        receiver = recipients.receiver(review)
        if receiver is not None and receiver not in informed:
            informed.add(receiver)
            _notify(receiver, notifications.RECEIVED, review)


def changed(review: Review, action: str) -> None:
    """Record the event of `action` in the running transaction, and notify the author of a reply or a decision."""
    _record(review, action)
    kinds = {"reply": notifications.REPLY, "hide": notifications.HIDDEN}
    if action in kinds and review.author_id is not None:
        _notify(review.author_id, kinds[action], review)


def reported(review: Review) -> None:
    """Record in the running transaction that a review was reported: an event for staff only."""
    _record(review, "report", rooms=[recipients.subject(review.id), *STAFF])


def _record(review: Review, action: str, *, new: bool = False, rooms: Sequence[str] | None = None) -> None:
    events.record(
        "review.created" if new else "review.updated",
        {
            "reviewId": review.id,
            "action": action,
            "review": presenters.for_event(review),
            "updatedAt": rfc3339(review.updated_at),
        },
        audience=recipients.rooms(review) if rooms is None else rooms,
        subject=recipients.subject(review.id),
    )


def _notify(user_id: str, kind: str, review: Review) -> None:
    data: Json = {
        "reviewId": review.id,
        "subjectType": review.subject_type,
        "rating": review.rating,
        "author": presenters.public_name(review.author_name),
        "reason": review.hide_reason,
    }
    notification_service.notify(user_id, kind, data, subject=recipients.subject(review.id))
