"""Writing reviews: customers rate the partner, the courier and the products of an order or booking that has ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from flask import current_app
from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert

from metaia.core import db
from metaia.core.access.actor import Actor
from metaia.core.errors import Conflict, Forbidden, Invalid, NotFound
from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.core.times import now
from metaia.reviews import publish, queries
from metaia.reviews.models import ReviewRow
from metaia.reviews.pictures import service as pictures
from metaia.reviews.queries import STORED, Review
from metaia.reviews.schemas import COUNTER_ORDER, NOT_ENDED, TOO_LATE
from metaia.reviews.state import ORDER, PUBLISHED, SUBJECT_TYPES
from metaia.reviews.subjects import queries as subjects
from metaia.reviews.subjects.queries import Purchase
from metaia.users import queries as user_queries


def create(actor: Actor, given: Json) -> list[Review]:
    """Write one review for each subject in `given`; return them in this order.

    Raises NotFound, Forbidden (of another customer; `own_shop`), Invalid for a subject that is no part of the order,
    and Conflict (`not_reviewable`, `already_reviewed`).
    """
    purchase = _purchase(actor, given)
    _require_parts(purchase, given["subjects"])
    with db.transaction():
        reviews = _reviews(actor, purchase, given)
        _insert(purchase, reviews)
        reviews = _with_pictures(actor, reviews, given["media_ids"])
        publish.created(reviews)
        return reviews


def _purchase(actor: Actor, given: Json) -> Purchase:
    """Return the order or booking, which its customer may review now."""
    of_order = given["order_id"] is not None
    noun = "order" if of_order else "booking"
    purchase = subjects.of_order(given["order_id"]) if of_order else subjects.of_booking(given["booking_id"])
    if purchase is None:
        raise NotFound(f"There is no such {noun}.")
    if purchase.customer_id != actor.id:
        raise Forbidden(f"Only its customer reviews this {noun}.")
    if purchase.partner_id == actor.id:
        raise Forbidden("You cannot review your own shop.", code="own_shop")
    if reason := _refusal(purchase):
        raise Conflict(f"This {noun} cannot be reviewed.", code="not_reviewable", details={"reason": reason})
    return purchase


def _refusal(purchase: Purchase) -> str | None:
    if purchase.is_counter_order:
        return COUNTER_ORDER
    if purchase.ended_at is None:
        return NOT_ENDED
    days = timedelta(days=current_app.config["REVIEW_DAYS"])
    return TOO_LATE if now() >= purchase.ended_at + days else None


def _require_parts(purchase: Purchase, given: Sequence[Json]) -> None:
    for number, each in enumerate(given):
        if not purchase.has(each["type"], each["id"]):
            message = f"Not the {each['type']} of this {purchase.kind}."
            raise Invalid(details={f"subjects.{number}.id": [message]})


def _reviews(actor: Actor, purchase: Purchase, given: Json) -> list[Review]:
    moment, person = now(), user_queries.by_id(actor.id)
    first = min(given["subjects"], key=lambda each: SUBJECT_TYPES.index(each["type"]))
    return [
        Review(
            id=new_id(),
            subject_type=each["type"],
            subject_id=each["id"],
            rating=each["rating"],
            status=PUBLISHED,
            version=1,
            created_at=moment,
            updated_at=moment,
            order_id=purchase.id if purchase.kind == ORDER else None,
            booking_id=None if purchase.kind == ORDER else purchase.id,
            author_id=actor.id,
            partner_id=None if each["type"] == "courier" else purchase.partner_id,
            tags=list(dict.fromkeys(each["tags"])),
            text=given["text"] if each is first else None,
            author_name=person.name if person else None,
        )
        for each in given["subjects"]
    ]


def _insert(purchase: Purchase, reviews: Sequence[Review]) -> None:
    """Insert all rows at once. Raises Conflict if there is a review of one of the subjects."""
    # In one order: two requests that insert the same rows in opposite orders would wait for each other.
    ordered = sorted(reviews, key=lambda each: (each.subject_type, each.subject_id))
    rows = [{name: getattr(review, name) for name in STORED} for review in ordered]
    made = db.execute(insert(ReviewRow).values(rows).on_conflict_do_nothing().returning(ReviewRow.id)).all()
    if len(made) < len(rows):
        own = {review.id for review in reviews}
        known = {(each.subject_type, each.subject_id): each.id for each in queries.of_purchase(purchase.id)}
        ids = [known.get((each.subject_type, each.subject_id)) for each in reviews]
        details = {"reviewIds": [each for each in ids if each is not None and each not in own]}
        message = "This is reviewed already: change that review."
        raise Conflict(message, code="already_reviewed", details=details)


def _with_pictures(actor: Actor, reviews: Sequence[Review], media_ids: Sequence[str]) -> list[Review]:
    """Attach the pictures to the review that has the text, or would have it."""
    if not media_ids:
        return list(reviews)
    first = min(reviews, key=lambda each: SUBJECT_TYPES.index(each.subject_type))
    attached = pictures.attach(actor, first.id, media_ids)
    db.execute(update(ReviewRow).where(ReviewRow.id == first.id).values(media_ids=attached))
    return [replace(each, media_ids=attached) if each is first else each for each in reviews]
