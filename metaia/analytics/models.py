"""The derived tables of analytics. A rebuild makes the same rows from the tables of the domains.

Facts have one row per object and keep ids, never names. Rollups have one row per quarter hour: the UTC offsets of all
zones are multiples of 15 minutes, so quarter hours can be added up to the days of any zone.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    DateTime,
    Index,
    Integer,
    String,
    Uuid,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from metaia.extensions import Model

ID, TIME = Uuid(as_uuid=False), DateTime(timezone=True)
QUARTER = "bucket = date_bin('15 minutes', bucket, '2000-01-01 00:00:00+00'::timestamptz)"


class AnalyticsCursorRow(Model):
    """One row: how far the consumer has read the log, and the ledger, and the zone of the days of activity."""

    __tablename__ = "analytics_cursor"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    epoch: Mapped[str] = mapped_column(String(16))
    position: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime] = mapped_column(TIME)  # when the event at the position was recorded
    moved_at: Mapped[datetime] = mapped_column(TIME)
    booked_until: Mapped[datetime] = mapped_column(TIME)  # all postings before it are in `fact_money`
    zone: Mapped[str] = mapped_column(String(64))
    rebuilt_at: Mapped[datetime | None] = mapped_column(TIME)
    rebuilding: Mapped[Any] = mapped_column(JSONB(none_as_null=True), nullable=True)  # {"done", "of"}
    ticked_at: Mapped[datetime | None] = mapped_column(TIME)
    verified: Mapped[Any] = mapped_column(JSONB(none_as_null=True), nullable=True)  # {"at", "findings"}


class FactOrderRow(Model):
    """An order: its parties, its amounts, and the times of its steps."""

    __tablename__ = "fact_orders"

    order_id: Mapped[str] = mapped_column(ID, primary_key=True)
    customer_id: Mapped[str | None] = mapped_column(ID)
    partner_id: Mapped[str | None] = mapped_column(ID)
    courier_id: Mapped[str | None] = mapped_column(ID)
    currency: Mapped[str] = mapped_column(String(3))
    total: Mapped[int] = mapped_column(BigInteger)
    tip: Mapped[int] = mapped_column(BigInteger)
    items: Mapped[int] = mapped_column(BigInteger)
    placed_at: Mapped[datetime] = mapped_column(TIME)
    accepted_at: Mapped[datetime | None] = mapped_column(TIME)
    ready_at: Mapped[datetime | None] = mapped_column(TIME)
    picked_at: Mapped[datetime | None] = mapped_column(TIME)
    delivered_at: Mapped[datetime | None] = mapped_column(TIME)
    ended_at: Mapped[datetime | None] = mapped_column(TIME)
    outcome: Mapped[str | None] = mapped_column(String(10))  # completed, rejected, cancelled, expired
    version: Mapped[int] = mapped_column(Integer)

    __table_args__ = (
        Index("ix_fact_orders_placed_at", "placed_at", "order_id"),
        Index("ix_fact_orders_accepted_at", "accepted_at", "order_id"),
        Index("ix_fact_orders_ended_at", "ended_at", "order_id"),
        Index("ix_fact_orders_customer_id", "customer_id", "placed_at", "order_id"),
        Index("ix_fact_orders_partner_id", "partner_id", "placed_at"),
    )


class FactMoneyRow(Model):
    """What a posting of the ledger means for revenue, in one currency. Postings never change, and so do these rows."""

    __tablename__ = "fact_money"

    posting_id: Mapped[str] = mapped_column(ID, primary_key=True)
    currency: Mapped[str] = mapped_column(String(3), primary_key=True)
    booked_at: Mapped[datetime] = mapped_column(TIME)
    kind: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str | None] = mapped_column(String(80))
    partner_id: Mapped[str | None] = mapped_column(ID)
    gross: Mapped[int] = mapped_column(BigInteger)
    refunds: Mapped[int] = mapped_column(BigInteger)
    disputes: Mapped[int] = mapped_column(BigInteger)
    corrections: Mapped[int] = mapped_column(BigInteger)
    commission: Mapped[int] = mapped_column(BigInteger)
    fees: Mapped[int] = mapped_column(BigInteger)
    payouts: Mapped[int] = mapped_column(BigInteger)

    __table_args__ = (
        Index("ix_fact_money_booked_at", "booked_at", "posting_id"),
        Index("ix_fact_money_partner_id", "partner_id", "booked_at"),
    )


class FactActionRow(Model):
    """An action of a user: a step of an order, offer or booking, a message, a review, a payment."""

    __tablename__ = "fact_actions"

    source: Mapped[str] = mapped_column(String(8), primary_key=True)
    object_id: Mapped[str] = mapped_column(ID, primary_key=True)
    seq: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    user_id: Mapped[str] = mapped_column(ID)
    role: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime] = mapped_column(TIME)

    __table_args__ = (
        Index("ix_fact_actions_user_id", "user_id", "at"),
        CheckConstraint(
            "source IN ('order', 'offer', 'booking', 'message', 'review', 'payment')", name="source"
        ),
    )


class RollupOrderRow(Model):
    """Orders of a quarter hour, each value by the time of its own step. The partner of zeros has those of all."""

    __tablename__ = "rollup_orders"

    bucket: Mapped[datetime] = mapped_column(TIME, primary_key=True)
    partner_id: Mapped[str] = mapped_column(ID, primary_key=True)
    currency: Mapped[str] = mapped_column(String(3), primary_key=True)
    placed: Mapped[int] = mapped_column(Integer)
    gmv: Mapped[int] = mapped_column(BigInteger)
    items: Mapped[int] = mapped_column(BigInteger)
    accepted: Mapped[int] = mapped_column(Integer)
    rejected: Mapped[int] = mapped_column(Integer)
    cancelled: Mapped[int] = mapped_column(Integer)
    expired: Mapped[int] = mapped_column(Integer)
    completed: Mapped[int] = mapped_column(Integer)
    completed_value: Mapped[int] = mapped_column(BigInteger)
    tips: Mapped[int] = mapped_column(BigInteger)

    __table_args__ = (
        CheckConstraint(QUARTER, name="quarter"),
        Index("ix_rollup_orders_partner_id", "partner_id", "bucket"),
    )


class RollupMoneyRow(Model):
    """Money that was booked in a quarter hour. The partner of zeros has that of all."""

    __tablename__ = "rollup_money"

    bucket: Mapped[datetime] = mapped_column(TIME, primary_key=True)
    partner_id: Mapped[str] = mapped_column(ID, primary_key=True)
    currency: Mapped[str] = mapped_column(String(3), primary_key=True)
    gross: Mapped[int] = mapped_column(BigInteger)
    refunds: Mapped[int] = mapped_column(BigInteger)
    disputes: Mapped[int] = mapped_column(BigInteger)
    corrections: Mapped[int] = mapped_column(BigInteger)
    commission: Mapped[int] = mapped_column(BigInteger)
    fees: Mapped[int] = mapped_column(BigInteger)
    payouts: Mapped[int] = mapped_column(BigInteger)

    __table_args__ = (
        CheckConstraint(QUARTER, name="quarter"),
        Index("ix_rollup_money_partner_id", "partner_id", "bucket"),
    )


class ActivityDayRow(Model):
    """That a user was active on a day of ANALYTICS_TIMEZONE. Distinct users cannot be added up, so days are kept."""

    __tablename__ = "activity_days"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    user_id: Mapped[str] = mapped_column(ID, primary_key=True)
    role: Mapped[str] = mapped_column(String(16), primary_key=True)
    actions: Mapped[int] = mapped_column(Integer)


class CohortRow(Model):
    """The first order of a customer."""

    __tablename__ = "cohorts"

    user_id: Mapped[str] = mapped_column(ID, primary_key=True)
    order_id: Mapped[str] = mapped_column(ID)
    first_at: Mapped[datetime] = mapped_column(TIME)

    __table_args__ = (Index("ix_cohorts_first_at", "first_at"),)
