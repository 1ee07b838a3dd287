"""The table of blocks."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import TSTZRANGE, ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from metaia.extensions import Model

FREE = "booking_blocks_free"
BOUNDS = (
    "NOT isempty(during) AND lower_inc(during) AND NOT upper_inc(during)"
    " AND NOT lower_inf(during) AND NOT upper_inf(during)"
)
ONE_CALENDAR = "int8range(calendar_no, calendar_no, '[]')"  # equality of integers, as an overlap of ranges


class BookingBlockRow(Model):
    """Time that is taken from a calendar: one appointment, or a session with several seats.

    `during` is from `starts_at` to `ends_at` with the buffers of the service. Two blocks of a calendar with seats taken
    never overlap: that is a constraint of core PostgreSQL, which has no index class for `=` in GiST without an
    extension. `during` is never empty and never includes its end: an empty range overlaps nothing.
    """

    __tablename__ = "booking_blocks"

    id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True)
    calendar_no: Mapped[int] = mapped_column(BigInteger, ForeignKey("calendars.no"))
    service_id: Mapped[str] = mapped_column(ForeignKey("services.id"))
    during: Mapped[Any] = mapped_column(TSTZRANGE)
    starts_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    ends_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    capacity: Mapped[int] = mapped_column(Integer)
    taken: Mapped[int] = mapped_column(Integer)  # seats

    __table_args__ = (
        CheckConstraint("taken BETWEEN 0 AND capacity", name="taken"),
        CheckConstraint(BOUNDS, name="during"),
        CheckConstraint(
            "lower(during) <= starts_at AND starts_at < ends_at AND ends_at <= upper(during)", name="times"
        ),
        UniqueConstraint("id", "starts_at", "ends_at"),  # for the foreign keys of bookings
        ExcludeConstraint(
            (text(ONE_CALENDAR), "&&"), ("during", "&&"), name=FREE, using="gist", where=text("taken > 0")
        ),
        Index(
            "ix_booking_blocks_calendar_no", "calendar_no", "starts_at", postgresql_where=text("taken > 0")
        ),
    )
