"""Changes of reviews. Each change takes one path: row-lock, policy, transition, write, publish."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from sqlalchemy import update as update_rows

from metaia.core import db, versions
from metaia.core.access.actor import Actor
from metaia.core.access.permissions import DELIVERY
from metaia.core.audit import log as audit_log
from metaia.core.errors import Conflict, Forbidden, NotFound, Problem
from metaia.core.json import Json
from metaia.core.times import now
from metaia.realtime.log import redaction
from metaia.reviews import policy, presenters, publish, queries, recipients
from metaia.reviews.models import ReviewReportRow, ReviewRow
from metaia.reviews.pictures import service as pictures
from metaia.reviews.queries import Review
from metaia.reviews.schemas import NOT_ENDED, TOO_LATE
from metaia.reviews.state import DELETED, HIDDEN, MACHINE, OF_COURIER, OF_PARTNER, PUBLISHED

NO_REVIEW = "There is no such review."
NOT_OF_CUSTOMER = "MA030"  # of the trigger
TEXT, REPLY = "text", "reply"  # parts that may be taken back


def read(actor: Actor | None, review_id: str) -> Review:
    """Return a review that a caller can see, with or without an account. Raises NotFound."""
    review = queries.get(review_id)
    if review is None or not policy.may_see(actor, review):
        raise NotFound(NO_REVIEW)
    return review


def received_by(actor: Actor) -> tuple[str, Json]:
    """Return the type of the subject that an actor is, and the filters of the reviews about it and its products.

    Raises Forbidden for users that are not reviewed.
    """
    if actor.is_partner:
        return OF_PARTNER, {"partner_id": actor.id}
    if actor.role == DELIVERY:
        return OF_COURIER, {"rated_courier": actor.id}
    raise Forbidden("Only partners and couriers are reviewed.")


def update(actor: Actor, review_id: str, given: Json, version: versions.Expected = None) -> Review:
    """Change rating, tags, text or pictures of one's review, within 14 days.

    Raises NotFound, Forbidden, Invalid (`unknown_media`) and Conflict.
    """
    with db.transaction():
        review = required(actor, review_id, "update", version)
        moment = now()
        if not policy.is_editable(review, moment):
            details = presenters.conflict(review, actor) | {"reason": TOO_LATE}
            raise Conflict("It is too late to change this review.", code="not_reviewable", details=details)
        changes = {name: value for name, value in given.items() if value != getattr(review, name)}
        if not changes:
            return review
        if "media_ids" in changes:
            changes["media_ids"] = pictures.attach(actor, review_id, changes["media_ids"])
        return _change(review, "update", changes | {"edited_at": moment})


def delete(actor: Actor, review_id: str, version: versions.Expected = None) -> Review:
    """Delete one's review: it counts nowhere, and its text leaves the log. Raises NotFound, Forbidden and Conflict."""
    with db.transaction():
        review = required(actor, review_id, "delete", version)
        pictures.detach(review_id)
        forget_text(review, {actor.id})
        left: Json = {"status": DELETED, "text": None, "tags": [], "media_ids": []}
        left |= {"reply": None, "replied_at": None, "hide_reason": None}
        return _change(review, "delete", left | _decided(review))


def reply(actor: Actor, review_id: str, text: str, version: versions.Expected = None) -> Review:
    """Reply to a review as its partner, or change the reply. Raises NotFound, Forbidden and Conflict."""
    with db.transaction():
        review = required(actor, review_id, "reply", version)
        if review.reply == text:
            return review
        after = _change(review, "reply", {"reply": text, "replied_at": review.replied_at or now()})
        _audit(actor, "review.replied", after)
        return after


def remove_reply(actor: Actor, review_id: str, version: versions.Expected = None) -> Review:
    """Take the reply to a review back; one without a reply stays as it is. Raises NotFound, Forbidden and Conflict."""
    with db.transaction():
        review = required(actor, review_id, "remove-reply", version)
        if review.reply is None:
            return review
        forget_text(review, {actor.id}, [REPLY])
        after = _change(review, "remove-reply", {"reply": None, "replied_at": None})
        _audit(actor, "review.reply_removed", after)
        return after


def moderate(
    actor: Actor, review_id: str, action: str, reason: str, version: versions.Expected = None
) -> Review:
    """Hide or show a review as staff; its open reports are closed. Raises NotFound and Conflict."""
    hides = action == "hide"
    with db.transaction():
        review = required(actor, review_id, action, version)
        shown = (
            {"status": HIDDEN, "hide_reason": reason} if hides else {"status": PUBLISHED, "hide_reason": None}
        )
        after = _change(review, action, shown | _decided(review))
        audit_log.record(
            "review.hidden" if hides else "review.shown",
            subject=recipients.subject(review_id),
            before={"status": review.status, "reports": review.open_reports},
            after={"status": after.status, "reason": reason},
        )
        return after


def required(actor: Actor, review_id: str, action: str, version: versions.Expected) -> Review:
    """Return a review, row-locked, to which the actor may do `action` now.

    Raises NotFound for one that the actor does not see, Forbidden, and Conflict (stale version, not in this status).
    """
    review = queries.lock(review_id)
    if review is None or not policy.may_see(actor, review):
        raise NotFound(NO_REVIEW)
    mine = policy.parties(actor, review)
    MACHINE.require(review, action, mine, version, lambda: presenters.conflict(review, actor))
    return review


def forget_text(review: Review, user_ids: set[str], parts: Collection[str] = (TEXT, REPLY)) -> None:
    """Delete the text or the reply of a row-locked review, or both, from the log and from stored answers.

    It belongs to the running transaction. What stays of the review is in the event that is recorded next.
    """
    people = {each for each in (review.author_id, recipients.receiver(review)) if each}
    redaction.redact(recipients.subject(review.id), review.id, review.created_at, people | user_ids, parts)


def refused(_: str) -> Problem:
    """Return the problem for what the trigger refuses: the order has changed since its customer was checked."""
    details = {"reason": NOT_ENDED}
    return Conflict("This cannot be reviewed.", code="not_reviewable", details=details)


def _change(review: Review, action: str, changes: Json) -> Review:
    after = replace(review, **changes, version=review.version + 1, updated_at=now())
    written = {name: getattr(after, name) for name in (*changes, "version", "updated_at")}
    db.change(ReviewRow, id=review.id, **written)
    publish.changed(after, action)
    return after


def _decided(review: Review) -> Json:
    """Close the open reports of a review; return the change of its row."""
    if review.open_reports:
        row = ReviewReportRow
        mine = (row.review_id == review.id, row.closed_at.is_(None))
        db.execute(update_rows(row).where(*mine).values(closed_at=now()))
    return {"open_reports": 0}


def _audit(actor: Actor, action: str, after: Review) -> None:
    """Record that staff has acted for a partner."""
    if actor.may(policy.REVIEWS_MANAGE):
        audit_log.record(action, subject=recipients.subject(after.id), after={"version": after.version})
