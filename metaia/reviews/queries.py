"""Selects on reviews, and the record that they return."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, select, text

from metaia.core import db, search
from metaia.core.db.expressions import among
from metaia.core.http import pagination
from metaia.reviews import models
from metaia.reviews.models import ReviewRow
from metaia.reviews.state import OF_COURIER, PUBLISHED
from metaia.users import queries as user_queries


@dataclass(frozen=True, slots=True)
class Review:
    """A review; models.ReviewRow describes the columns. `author_name` is the full name of its author."""

    id: str
    subject_type: str
    subject_id: str
    rating: int
    status: str
    version: int
    created_at: datetime
    updated_at: datetime
    order_id: str | None = None
    booking_id: str | None = None
    author_id: str | None = None
    partner_id: str | None = None
    tags: list[str] = field(default_factory=list)
    text: str | None = None
    media_ids: list[str] = field(default_factory=list)
    hide_reason: str | None = None
    reply: str | None = None
    replied_at: datetime | None = None
    open_reports: int = 0
    edited_at: datetime | None = None
    author_name: str | None = None

    @property
    def has_reply(self) -> bool:
        """Return whether its partner has replied."""
        return self.reply is not None


STORED = [each.name for each in fields(Review) if each.name != "author_name"]
SORTABLE: pagination.Sortable = {"created_at": ReviewRow.created_at, "rating": ReviewRow.rating}
_columns = [*(getattr(ReviewRow, name) for name in STORED), user_queries.NAME]
_reviews = select(*_columns).join(*user_queries.owner(ReviewRow.author_id), isouter=True)


def get(review_id: str) -> Review | None:
    """Return a review."""
    row = db.fetch_one(_reviews.where(ReviewRow.id == review_id))
    return None if row is None else Review(*row)


def lock(review_id: str) -> Review | None:
    """Return a review, row-locked."""
    row = db.fetch_one(_reviews.where(ReviewRow.id == review_id).with_for_update(of=ReviewRow))
    return None if row is None else Review(*row)


def by_words(wanted: str, reader_id: str | None, limit: int) -> list[Review]:
    """Return the newest reviews with all words of a text: those that a user may read, without one all."""
    row = ReviewRow
    query = _reviews.where(search.matches(models.WORDS, wanted))
    if reader_id is not None:
        public = (row.status == PUBLISHED) & (row.subject_type != OF_COURIER)
        query = query.where(or_(public, row.author_id == reader_id))
    found = db.fetch_all(query.order_by(row.created_at.desc()).limit(limit))
    return [Review(*each) for each in found]


def of_purchase(purchase_id: str) -> list[Review]:
    """Return the reviews of an order or booking that are not deleted."""
    row = ReviewRow
    own = (row.order_id == purchase_id) | (row.booking_id == purchase_id)
    return [Review(*found) for found in db.fetch_all(_reviews.where(own, text(f"reviews.{models.LIVING}")))]


def reviewed(purchase_ids: Iterable[str]) -> set[str]:
    """Return those of some orders or bookings that have a review that is not deleted."""
    row, ids, living = ReviewRow, list(purchase_ids), text(f"reviews.{models.LIVING}")
    found = select(row.order_id.label("id")).where(among(row.order_id, ids), living)
    found_too = select(row.booking_id.label("id")).where(among(row.booking_id, ids), living)
    return {each.id for each in db.fetch_all(found.union(found_too))}


def page(
    *, filters: dict[str, Any], sort: str, limit: int, cursor: str | None
) -> tuple[list[Review], str | None]:
    """Return one page of reviews, and the next page's cursor. The caller limits `filters` to what its reader sees."""
    query = _reviews.where(*_conditions(filters))
    query = pagination.page(query, sort=sort, sortable=SORTABLE, key=ReviewRow.id, limit=limit, cursor=cursor)
    found = [Review(*row) for row in db.fetch_all(query)]
    cut, following = pagination.cut(found, sort=sort, limit=limit)
    return list(cut), following


def _conditions(filters: dict[str, Any]) -> list[ColumnElement[bool]]:
    row = ReviewRow
    conditions: dict[str, Any] = {
        "status": lambda value: row.status == value,
        "published": lambda _: text(f"reviews.{models.PUBLISHED}"),  # as in the indexes
        "living": lambda _: text(f"reviews.{models.LIVING}"),
        "subject_type": lambda value: row.subject_type == value,
        "subject_id": lambda value: row.subject_id == value,
        "rated_courier": lambda value: (row.subject_type == OF_COURIER) & (row.subject_id == value),
        "author_id": lambda value: row.author_id == value,
        "partner_id": lambda value: row.partner_id == value,
        "replied_by": lambda value: (row.partner_id == value) & row.reply.is_not(None),
        "order_id": lambda value: row.order_id == value,
        "booking_id": lambda value: row.booking_id == value,
        "rating": row.rating.in_,
        "with_text": lambda value: row.text.is_not(None) if value else row.text.is_(None),
        "answered": lambda value: row.reply.is_not(None) if value else row.reply.is_(None),
        "reported": lambda value: text("open_reports > 0" if value else "open_reports = 0"),
    }
    return [conditions[name](value) for name, value in filters.items()]
