"""Tables of payments."""

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
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from metaia.extensions import Model


class PaymentRow(Model):
    """A payment at a provider. Its status and amounts are a function of its facts, and written together with them.

    `reference` is null until the provider has answered. Without a purpose it is a payment of which only the provider
    knows what it is for. `open` payments are returned again when the same is to be paid; a closed one never opens.
    """

    __tablename__ = "payments"

    id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True)
    provider: Mapped[str] = mapped_column(String(20))
    reference: Mapped[str | None] = mapped_column(String(60))  # the provider's id of the payment
    purpose_type: Mapped[str | None] = mapped_column(String(20))
    purpose_id: Mapped[str | None] = mapped_column(String(60))
    payer_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))
    partner_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))
    order_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))
    deal_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))  # of what it is for
    open: Mapped[bool] = mapped_column(Boolean)
    amount: Mapped[int] = mapped_column(BigInteger)  # to pay
    currency: Mapped[str] = mapped_column(String(3))
    status: Mapped[str] = mapped_column(String(20))
    captured: Mapped[int] = mapped_column(BigInteger)
    refunded: Mapped[int] = mapped_column(BigInteger)
    refunding: Mapped[int] = mapped_column(BigInteger)
    disputed: Mapped[int] = mapped_column(BigInteger)
    authorized: Mapped[int] = mapped_column(BigInteger)
    method: Mapped[str | None] = mapped_column(String(40))
    failure_code: Mapped[str | None] = mapped_column(String(200))
    failure_message: Mapped[str | None] = mapped_column(String(200))
    version: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    __table_args__ = (
        UniqueConstraint("provider", "reference"),
        CheckConstraint("0 <= refunded AND refunded <= captured", name="refunded"),
        CheckConstraint("amount > 0 OR purpose_type IS NULL", name="amount"),
        Index(
            "uq_payments_open",
            "purpose_type",
            "purpose_id",
            "provider",
            unique=True,
            postgresql_where=text("open"),
        ),
        Index("ix_payments_purpose", "purpose_type", "purpose_id"),
        Index("ix_payments_payer_id", "payer_id", "created_at"),
        Index("ix_payments_partner_id", "partner_id", "created_at"),
        Index("ix_payments_order_id", "order_id"),
        Index("ix_payments_created_at", "created_at", "id"),
    )


class PaymentFactRow(Model):
    """A fact. Rows are only appended. `payment_id` is null until the attempt that the fact is about is known."""

    __tablename__ = "payment_facts"

    id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True)
    payment_id: Mapped[str | None] = mapped_column(ForeignKey("payments.id"))
    provider: Mapped[str] = mapped_column(String(20))
    kind: Mapped[str] = mapped_column(String(20))
    reference: Mapped[str] = mapped_column(String(60))
    status: Mapped[str] = mapped_column(String(20))
    attempt: Mapped[str] = mapped_column(String(60))
    amount: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    details: Mapped[dict[str, Any]] = mapped_column(JSONB)  # the other fields of the fact
    source: Mapped[str] = mapped_column(String(80))  # such as webhook:{id}
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    received_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    __table_args__ = (
        UniqueConstraint("provider", "kind", "reference", "status"),
        Index("ix_payment_facts_payment_id", "payment_id"),
        Index("ix_payment_facts_at", "at"),
        Index("ix_payment_facts_attempt", "provider", "attempt"),
    )
