"""Tables of bookings."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    Sequence,
    String,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from metaia.extensions import Model

booking_numbers = Sequence("booking_numbers", start=100_001, metadata=Model.metadata)
ACTIVE = "status IN ('held', 'pending', 'confirmed', 'checked_in')"  # a customer has one such seat of a block
_TIMES = ["booking_blocks.id", "booking_blocks.starts_at", "booking_blocks.ends_at"]


class BookingRow(Model):
    """A booking. Its times are those of its block, by the foreign key.

    A booking keeps a copy of its service, and the wall time that was agreed: `local_start` by the clock of `time_zone`.
    `block_id` stays after the end of a booking that has freed its seats. Amounts are in minor units of `currency`.
    """

    __tablename__ = "bookings"

    id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True)
    booking_number: Mapped[str] = mapped_column(String(20), unique=True)
    status: Mapped[str] = mapped_column(String(12))
    customer_id: Mapped[str | None] = mapped_column(ForeignKey("users.id"))  # null: without an account
    partner_id: Mapped[str] = mapped_column(ForeignKey("users.id"))
    service_id: Mapped[str] = mapped_column(ForeignKey("services.id"))
    service: Mapped[dict[str, Any]] = mapped_column(JSONB)  # the copy
    calendar_id: Mapped[str] = mapped_column(ForeignKey("calendars.id"))
    block_id: Mapped[str] = mapped_column(Uuid(as_uuid=False))
    starts_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    ends_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    time_zone: Mapped[str] = mapped_column(String(60))
    local_start: Mapped[str] = mapped_column(String(16))  # 2026-10-01T09:00
    seats: Mapped[int] = mapped_column(Integer)
    notes: Mapped[str | None] = mapped_column(Text)
    customer_info: Mapped[dict[str, Any]] = mapped_column(JSONB)
    price: Mapped[int] = mapped_column(BigInteger)  # of all seats
    currency: Mapped[str] = mapped_column(String(3))
    payable: Mapped[int] = mapped_column(BigInteger)  # before it is confirmed: the price, a part of it, or 0
    payment: Mapped[Any] = mapped_column(JSONB(none_as_null=True), nullable=True)
    commission_bps: Mapped[int | None] = mapped_column(Integer)  # of the day on which it was made
    earned_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))  # as its money is booked
    held_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    answer_by: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    proposed_block_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))
    proposed_calendar_id: Mapped[str | None] = mapped_column(ForeignKey("calendars.id"))
    proposed_starts_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    proposed_ends_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    proposed_by: Mapped[str | None] = mapped_column(String(10))  # customer, partner
    proposal_message: Mapped[str | None] = mapped_column(Text)
    proposal_answer_by: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    free_until: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    locked_from: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    moves: Mapped[int] = mapped_column(Integer)  # by its customer
    message: Mapped[str | None] = mapped_column(Text)
    decline_reason: Mapped[str | None] = mapped_column(String(20))
    cancel_reason: Mapped[str | None] = mapped_column(Text)
    cancelled_by: Mapped[str | None] = mapped_column(String(10))
    fee: Mapped[int | None] = mapped_column(BigInteger)  # of its cancellation
    version: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    words: Mapped[Any] = mapped_column(TSVECTOR)  # the index of the search

    __table_args__ = (
        ForeignKeyConstraint(["block_id", "starts_at", "ends_at"], _TIMES, name="fk_bookings_block"),
        ForeignKeyConstraint(
            ["proposed_block_id", "proposed_starts_at", "proposed_ends_at"],
            _TIMES,
            name="fk_bookings_proposal",
        ),
        CheckConstraint("seats > 0 AND price >= 0 AND payable BETWEEN 0 AND price", name="amounts"),
        CheckConstraint("fee BETWEEN 0 AND price", name="fee"),
        CheckConstraint("(status = 'held') = (held_until IS NOT NULL)", name="held"),
        CheckConstraint("(status = 'pending') = (answer_by IS NOT NULL)", name="pending"),
        CheckConstraint(
            "num_nulls(proposed_block_id, proposed_calendar_id, proposed_starts_at, proposed_ends_at, proposed_by,"
            " proposal_answer_by) IN (0, 6) AND (proposed_block_id IS NOT NULL OR proposal_message IS NULL)"
            " AND (proposed_block_id IS NULL OR status IN ('pending', 'confirmed'))",
            name="proposal",
        ),
        Index(
            "uq_bookings_block_id_customer_id",
            "block_id",
            "customer_id",
            unique=True,
            postgresql_where=text(ACTIVE),
        ),
        Index("ix_bookings_block_id", "block_id"),
        Index("ix_bookings_customer_id", "customer_id", "starts_at"),
        Index("ix_bookings_partner_id", "partner_id", "starts_at"),
        # pages of deals, newest first
        Index("ix_bookings_customer_id_created_at", "customer_id", "created_at"),
        Index("ix_bookings_partner_id_created_at", "partner_id", "created_at"),
        Index("ix_bookings_calendar_id", "calendar_id", "starts_at"),
        Index("ix_bookings_starts_at", "starts_at", "id"),
        Index("ix_bookings_created_at", "created_at", "id"),
        Index("ix_bookings_updated_at", "updated_at", "id"),
        Index("ix_bookings_words", "words", postgresql_using="gin"),
        Index("ix_bookings_held_until", "held_until", postgresql_where=text("status = 'held'")),
        Index("ix_bookings_answer_by", "answer_by", postgresql_where=text("status = 'pending'")),
        Index(
            "ix_bookings_proposal_answer_by",
            "proposal_answer_by",
            postgresql_where=text("proposal_answer_by IS NOT NULL"),
        ),
        Index(
            "ix_bookings_ends_at", "ends_at", postgresql_where=text("status IN ('confirmed', 'checked_in')")
        ),
    )


class BookingStepRow(Model):
    """One entry of a booking's timeline: an action, and the booking's state after it.

    Rows are only appended. `note` is erased with the account of its author.
    """

    __tablename__ = "booking_steps"

    booking_id: Mapped[str] = mapped_column(ForeignKey("bookings.id", ondelete="CASCADE"), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True)
    action: Mapped[str] = mapped_column(String(20))
    previous_status: Mapped[str | None] = mapped_column(String(12))
    status: Mapped[str] = mapped_column(String(12))
    previous_starts_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    starts_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    proposed_starts_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    actor_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))
    actor_role: Mapped[str] = mapped_column(String(16))
    note: Mapped[str | None] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
