"""Tables of calendars."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    String,
    Text,
    Uuid,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from metaia.extensions import Model


class CalendarRow(Model):
    """What can be busy: a person, a room. `version` counts the changes of its hours and of its blocks.

    `no` is what the constraint on blocks compares: a range of integers has an index class in PostgreSQL's core, a UUID
    has none.
    """

    __tablename__ = "calendars"

    id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True)
    no: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    partner_id: Mapped[str] = mapped_column(ForeignKey("users.id"))
    name: Mapped[str] = mapped_column(String(120))
    time_zone: Mapped[str] = mapped_column(String(60))  # a name of IANA's
    weekly: Mapped[dict[str, Any]] = mapped_column(JSONB)
    active: Mapped[bool] = mapped_column(Boolean)
    version: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))
    updated_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))

    __table_args__ = (Index("ix_calendars_partner_id", "partner_id", "no"),)


class CalendarExceptionRow(Model):
    """The hours of one date, instead of those of the week. No hours: closed."""

    __tablename__ = "calendar_exceptions"

    calendar_id: Mapped[str] = mapped_column(ForeignKey("calendars.id", ondelete="CASCADE"), primary_key=True)
    date: Mapped[dt.date] = mapped_column(Date, primary_key=True)
    hours: Mapped[list[dict[str, str]]] = mapped_column(JSONB)
    note: Mapped[str | None] = mapped_column(Text)


class ServiceCalendarRow(Model):
    """A calendar in which a service can be booked."""

    __tablename__ = "service_calendars"

    service_id: Mapped[str] = mapped_column(ForeignKey("services.id", ondelete="CASCADE"), primary_key=True)
    calendar_id: Mapped[str] = mapped_column(ForeignKey("calendars.id", ondelete="CASCADE"), primary_key=True)

    __table_args__ = (Index("ix_service_calendars_calendar_id", "calendar_id"),)
