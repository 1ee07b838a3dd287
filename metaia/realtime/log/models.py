"""Tables of the event log. They are partitioned by day, so that old days are dropped instead of deleted row by row."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Date,
    DateTime,
    Index,
    Integer,
    String,
    Text,
    Uuid,
)
from sqlalchemy.dialects.postgresql import JSON
from sqlalchemy.orm import Mapped, mapped_column

from metaia.extensions import Model


class EventLog(Model):
    """One event at one position. Positions have no gaps. Only `redaction` and `withdrawal` change rows."""

    __tablename__ = "event_log"
    __table_args__: Any = {"postgresql_partition_by": "RANGE (day)"}  # noqa: RUF012 - SQLAlchemy wants a dict

    position: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    id: Mapped[str] = mapped_column(Uuid(as_uuid=False))
    type: Mapped[str] = mapped_column(String(120))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    actor: Mapped[str | None] = mapped_column(String(64))
    subject: Mapped[str | None] = mapped_column(String(80))
    request_id: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class EventAudience(Model):
    """The rooms that receive an event."""

    __tablename__ = "event_audience"
    __table_args__: Any = (
        # Positions only rise, so a summary of each few pages finds the rooms of an event, and costs inserts nothing.
        Index(
            "ix_event_audience_position",
            "position",
            postgresql_using="brin",
            postgresql_with={"pages_per_range": 32, "autosummarize": "on"},
        ),
        {"postgresql_partition_by": "RANGE (day)"},
    )

    room: Mapped[str] = mapped_column(Text, primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    day: Mapped[date] = mapped_column(Date, primary_key=True)


class EventThread(Model):
    """One entry of the timeline of a deal: the event with this position. It outlives the event in the log.

    `ref` names what the entry shows: its kind, an id and what distinguishes a version, such as `order:{id}:{version}`.
    """

    __tablename__ = "event_threads"

    thread: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    event_id: Mapped[str] = mapped_column(Uuid(as_uuid=False))
    type: Mapped[str] = mapped_column(String(120))
    ref: Mapped[str] = mapped_column(Text)
    actor: Mapped[str | None] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class LogHead(Model):
    """One row: the last position of the log. A new epoch (after a restore) invalidates all older cursors."""

    __tablename__ = "log_head"
    __table_args__ = (CheckConstraint("single", name="only_one"),)

    single: Mapped[bool] = mapped_column(Boolean, primary_key=True, default=True)
    epoch: Mapped[str] = mapped_column(String(16))
    position: Mapped[int] = mapped_column(BigInteger)


class RelayBeat(Model):
    """One row: the heartbeat of the relay's leader. It is unlogged, so a crash of PostgreSQL empties it."""

    __tablename__ = "relay_beat"
    __table_args__: Any = (CheckConstraint("single", name="only_one"), {"prefixes": ["UNLOGGED"]})

    single: Mapped[bool] = mapped_column(Boolean, primary_key=True, default=True)
    pid: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class LogDay(Model):
    """The first position of each kept day. It shows in which partition a cursor lies."""

    __tablename__ = "log_days"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    first_position: Mapped[int] = mapped_column(BigInteger)
