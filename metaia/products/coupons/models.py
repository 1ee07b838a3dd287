"""Tables of coupons. The trigger `coupon_use` (migrations) keeps `used` and refuses more than the limits allow."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    String,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from metaia.extensions import Model

_HOUSE = "'00000000-0000-0000-0000-000000000000'::uuid"


class CouponRow(Model):
    """A coupon of a partner, or of the house without one. `pricing/coupon.py:Coupon` describes its terms."""

    __tablename__ = "coupons"

    id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True)
    partner_id: Mapped[str | None] = mapped_column(ForeignKey("users.id"))
    code: Mapped[str] = mapped_column(String(40))  # as it is shown
    code_key: Mapped[str] = mapped_column(String(160))  # as it is compared
    kind: Mapped[str] = mapped_column(String(16))
    value: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    max_discount: Mapped[int | None] = mapped_column(BigInteger)
    minimum: Mapped[int | None] = mapped_column(BigInteger)
    starts_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    ends_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    usage_limit: Mapped[int | None] = mapped_column(Integer)
    per_customer_limit: Mapped[int | None] = mapped_column(Integer)
    first_order_only: Mapped[bool] = mapped_column(Boolean)
    product_ids: Mapped[Any] = mapped_column(JSONB(none_as_null=True), nullable=True)
    active: Mapped[bool] = mapped_column(Boolean)
    used: Mapped[int] = mapped_column(Integer)  # orders that count; the trigger writes it
    version: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    __table_args__ = (
        CheckConstraint("used >= 0", name="used"),
        CheckConstraint("value >= 0 AND (kind <> 'percent' OR value <= 10000)", name="value"),
        CheckConstraint("ends_at > starts_at", name="dates"),
        Index("uq_coupons_code", "code_key", text(f"coalesce(partner_id, {_HOUSE})"), unique=True),
        Index("ix_coupons_partner_id", "partner_id", "id"),
    )


class CouponUseRow(Model):
    """An order has used a coupon, or has given the use back. Rows are only appended: each happens once at most."""

    __tablename__ = "coupon_uses"

    order_id: Mapped[str] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(8), primary_key=True)
    coupon_id: Mapped[str] = mapped_column(ForeignKey("coupons.id"))
    customer_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    __table_args__ = (
        CheckConstraint("kind IN ('used', 'returned')", name="kind"),
        Index("ix_coupon_uses_coupon_id", "coupon_id", "customer_id"),
    )
