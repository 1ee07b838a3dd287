"""Tables of reviews."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    String,
    Text,
    Uuid,
)
from sqlalchemy import text as sa_text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from metaia.extensions import Model

LIVING = "status <> 'deleted'"
WORDS = "(coalesce(text, '') || ' ') || coalesce(reply, '')"  # what a search across domains finds reviews by
PUBLISHED = "status = 'published'"


class ReviewRow(Model):
    """A rating of one subject, for one order or booking of its author.

    `partner_id` is the partner of the order; a review of a courier has none. The trigger `review_of_customer` refuses a
    review of an order or booking that has not ended, of another customer, or with another subject. `author_id` and
    `text` are null once the account of the author is deleted; the rating stays.
    """

    __tablename__ = "reviews"

    id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True)
    order_id: Mapped[str | None] = mapped_column(ForeignKey("orders.id"))
    booking_id: Mapped[str | None] = mapped_column(ForeignKey("bookings.id"))
    author_id: Mapped[str | None] = mapped_column(ForeignKey("users.id"))
    partner_id: Mapped[str | None] = mapped_column(ForeignKey("users.id"))
    subject_type: Mapped[str] = mapped_column(String(8))  # partner, courier, product
    subject_id: Mapped[str] = mapped_column(Uuid(as_uuid=False))
    rating: Mapped[int] = mapped_column(SmallInteger)
    tags: Mapped[list[str]] = mapped_column(JSONB)
    text: Mapped[str | None] = mapped_column(Text)
    media_ids: Mapped[list[str]] = mapped_column(JSONB)
    status: Mapped[str] = mapped_column(String(10))
    hide_reason: Mapped[str | None] = mapped_column(Text)
    reply: Mapped[str | None] = mapped_column(Text)  # of the partner
    replied_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))  # at first
    open_reports: Mapped[int] = mapped_column(Integer)
    edited_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    version: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    __table_args__ = (
        CheckConstraint("num_nonnulls(order_id, booking_id) = 1", name="source"),
        CheckConstraint("rating BETWEEN 1 AND 5", name="rating"),
        CheckConstraint(
            "CASE subject_type WHEN 'partner' THEN partner_id IS NOT NULL AND partner_id = subject_id"
            " WHEN 'product' THEN partner_id IS NOT NULL WHEN 'courier' THEN partner_id IS NULL ELSE false END",
            name="subject",
        ),
        CheckConstraint(
            "(author_id <> subject_id) IS NOT FALSE AND (author_id <> partner_id) IS NOT FALSE",
            name="own_shop",
        ),
        CheckConstraint("status IN ('published', 'hidden', 'deleted')", name="status"),
        CheckConstraint("status <> 'deleted' OR num_nonnulls(text, reply) = 0", name="deleted"),
        CheckConstraint("reply IS NULL OR replied_at IS NOT NULL", name="reply"),
        CheckConstraint("open_reports >= 0", name="reports"),
        Index(
            "uq_reviews_order_id",
            "order_id",
            "subject_type",
            "subject_id",
            unique=True,
            postgresql_where=f"order_id IS NOT NULL AND {LIVING}",
        ),
        Index(
            "uq_reviews_booking_id",
            "booking_id",
            "subject_type",
            "subject_id",
            unique=True,
            postgresql_where=f"booking_id IS NOT NULL AND {LIVING}",
        ),
        Index(
            "ix_reviews_subject",
            "subject_type",
            "subject_id",
            "created_at",
            "id",
            postgresql_where=PUBLISHED,
        ),
        Index(
            "ix_reviews_subject_rating",
            "subject_type",
            "subject_id",
            "rating",
            "id",
            postgresql_where=PUBLISHED,
        ),
        Index("ix_reviews_author_id", "author_id", "created_at", "id"),
        Index("ix_reviews_partner_id", "partner_id", "created_at", "id"),
        Index("ix_reviews_created_at", "created_at", "id"),
        Index("ix_reviews_rating", "rating", "id"),
        Index("ix_reviews_words", sa_text(f"to_tsvector('simple', {WORDS})"), postgresql_using="gin"),
        Index("ix_reviews_reported", "created_at", "id", postgresql_where="open_reports > 0"),
    )


class ReviewReportRow(Model):
    """A report of a review; the reports of a review are closed together, by hiding or showing it."""

    __tablename__ = "review_reports"

    review_id: Mapped[str] = mapped_column(ForeignKey("reviews.id", ondelete="CASCADE"), primary_key=True)
    reporter_id: Mapped[str] = mapped_column(ForeignKey("users.id"), primary_key=True)
    reason: Mapped[str] = mapped_column(String(24))
    note: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    closed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    __table_args__ = (Index("ix_review_reports_reporter_id", "reporter_id"),)


class ReviewRequestRow(Model):
    """A request to review an order or booking, due some hours after its end. The row is deleted when it is sent."""

    __tablename__ = "review_requests"

    id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True)  # of the order or booking
    kind: Mapped[str] = mapped_column(String(8))  # order, booking
    due_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), primary_key=True)

    __table_args__ = (Index("ix_review_requests_due_at", "due_at"),)
