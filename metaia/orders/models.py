"""Tables of orders."""

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
    Sequence,
    SmallInteger,
    String,
    Text,
    Uuid,
    false,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from metaia.extensions import Model

# Ended orders for which more was captured than refunded or earned, or which hold an authorization. The index is of
# migrations/versions/0034_settled_orders.py.
UNSETTLED = (
    "status IN ('rejected', 'cancelled') AND (payment->>'paid' <> payment->>'refunded'"
    " OR payment->>'status' = 'authorized') OR status = 'completed' AND payment->>'status' = 'overpaid'"
)
PRICE = "total = subtotal + adjustment - discount + fees + tax_added + tip"
# Orders that take a slot of their courier, and orders that couriers may claim: of migrations/versions/0057_couriers.py.
ACTIVE = "status IN ('pending', 'accepted', 'preparing', 'ready', 'out_for_delivery')"
OFFERED = (
    "courier_id IS NULL AND courier_wanted_at IS NOT NULL AND status IN ('accepted', 'preparing', 'ready')"
)
# Orders at the counter without an account cannot be paid online or on credit; their contact data are erased in time.
WITHOUT_ACCOUNT = "customer_id IS NOT NULL OR payment_method IN ('none', 'cod')"
KEPT_CONTACT = "customer_id IS NULL AND jsonb_strip_nulls(customer_info) <> '{}'::jsonb"
order_numbers = Sequence("order_numbers", start=100_001, metadata=Model.metadata)


class OrderRow(Model):
    """An order. Its items never change, but for erased notes; its status does, and `version` counts the changes."""

    __tablename__ = "orders"

    id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True)
    order_number: Mapped[str] = mapped_column(String(20), unique=True)
    deal_id: Mapped[str] = mapped_column(
        Uuid(as_uuid=False)
    )  # its own id, or that of the first offer of its deal
    offer_id: Mapped[str | None] = mapped_column(ForeignKey("offers.id"))  # the offer that was accepted
    status: Mapped[str] = mapped_column(String(20))
    customer_id: Mapped[str | None] = mapped_column(ForeignKey("users.id"))  # null: without an account
    partner_id: Mapped[str | None] = mapped_column(ForeignKey("users.id"))
    courier_id: Mapped[str | None] = mapped_column(ForeignKey("users.id"))
    customer_info: Mapped[dict[str, Any]] = mapped_column(JSONB)
    items: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    adjustment: Mapped[int] = mapped_column(
        BigInteger, server_default="0"
    )  # of the sum of the items, to the total
    subtotal: Mapped[int] = mapped_column(BigInteger)  # the sum of the items
    discount: Mapped[int] = mapped_column(BigInteger, server_default="0")
    fees: Mapped[int] = mapped_column(BigInteger, server_default="0")
    tax_added: Mapped[int] = mapped_column(BigInteger, server_default="0")  # that prices do not contain
    tip: Mapped[int] = mapped_column(BigInteger, server_default="0")
    total: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    notes: Mapped[str | None] = mapped_column(Text)
    estimated_time: Mapped[Any] = mapped_column(JSONB(none_as_null=True), nullable=True)
    estimated_pickup_time: Mapped[Any] = mapped_column(JSONB(none_as_null=True), nullable=True)
    message: Mapped[str | None] = mapped_column(Text)
    reject_reason: Mapped[str | None] = mapped_column(String(20))
    payment_method: Mapped[str] = mapped_column(String(10), server_default="none")
    payment: Mapped[Any] = mapped_column(JSONB(none_as_null=True), nullable=True)  # payment/state.py:Shown
    commission_bps: Mapped[int | None] = mapped_column(Integer)  # of the day on which it was placed
    commission_base: Mapped[int | None] = mapped_column(
        BigInteger
    )  # goods without the partner's own discount
    # What a coupon of the house took off, and what a courier of the pool gets: of an order whose money is booked.
    house_discount: Mapped[int | None] = mapped_column(BigInteger)
    courier_share: Mapped[int | None] = mapped_column(BigInteger)
    courier_own: Mapped[bool] = mapped_column(Boolean, server_default=false())  # of the partner's fleet
    fulfilment: Mapped[str | None] = mapped_column(String(8))
    destination: Mapped[Any] = mapped_column(JSONB(none_as_null=True), nullable=True)
    scheduled_for: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    coupon_code: Mapped[str | None] = mapped_column(String(40))
    charges: Mapped[Any] = mapped_column(JSONB(none_as_null=True), nullable=True)  # fees and taxes, as shown
    pricing: Mapped[Any] = mapped_column(JSONB(none_as_null=True), nullable=True)  # pricing/service.py:frozen
    earned_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))  # as its money is booked
    delivery_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))  # couriers see it, never the id
    courier_wanted_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))  # offered since then
    courier_slot: Mapped[int | None] = mapped_column(
        SmallInteger
    )  # one of the courier's places for active orders
    contact_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))  # for its courier
    proof_needed: Mapped[Any] = mapped_column(JSONB(none_as_null=True), nullable=True)  # at the delivery
    proof: Mapped[Any] = mapped_column(JSONB(none_as_null=True), nullable=True)
    code_version: Mapped[int] = mapped_column(SmallInteger, server_default="1")
    eta: Mapped[Any] = mapped_column(JSONB(none_as_null=True), nullable=True)  # arrival/state.py
    contact_ended: Mapped[bool] = mapped_column(Boolean, server_default=false())  # as to earlier events, too
    version: Mapped[int] = mapped_column(Integer)
    accept_by: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    words: Mapped[Any] = mapped_column(TSVECTOR)  # the index of the search

    __table_args__ = (
        CheckConstraint(PRICE, name="price"),
        CheckConstraint(
            "subtotal >= 0 AND discount >= 0 AND fees >= 0 AND tax_added >= 0 AND tip >= 0", name="amounts"
        ),
        CheckConstraint(WITHOUT_ACCOUNT, name="without_account"),
        Index("ix_orders_kept_contact", "updated_at", postgresql_where=text(KEPT_CONTACT)),
        Index("uq_orders_deal_id", "deal_id", unique=True),
        Index("uq_orders_offer_id", "offer_id", unique=True),
        Index("ix_orders_customer_id", "customer_id", "created_at"),
        Index("ix_orders_partner_id", "partner_id", "created_at"),
        Index("ix_orders_courier_id", "courier_id", "created_at"),
        Index("ix_orders_created_at", "created_at", "id"),
        Index("ix_orders_updated_at", "updated_at", "id"),
        Index("ix_orders_words", "words", postgresql_using="gin"),
        CheckConstraint("house_discount >= 0 AND courier_share >= 0", name="shares"),
        CheckConstraint("courier_slot > 0", name="courier_slot"),
        CheckConstraint("(courier_id IS NULL) = (courier_slot IS NULL)", name="courier_has_slot"),
        Index("uq_orders_delivery_id", "delivery_id", unique=True),
        Index(
            "uq_orders_courier_slot", "courier_id", "courier_slot", unique=True, postgresql_where=text(ACTIVE)
        ),
        Index("ix_orders_courier_wanted_at", "courier_wanted_at", postgresql_where=text(OFFERED)),
        Index(
            "ix_orders_contact_until",
            "contact_until",
            postgresql_where=text("contact_until IS NOT NULL AND NOT contact_ended"),
        ),
        Index("ix_orders_unsettled", "updated_at", postgresql_where=text(UNSETTLED)),
        Index("ix_orders_accept_by", "accept_by", postgresql_where="status = 'pending'"),
    )


class OrderCodeTriesRow(Model):
    """How often a delivery code was entered. Without a foreign key: its check would wait for the row-locked order."""

    __tablename__ = "order_code_tries"

    order_id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True)
    code_version: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    tries: Mapped[int] = mapped_column(SmallInteger)

    __table_args__ = (CheckConstraint("tries BETWEEN 1 AND 5", name="tries"),)


class OrderStepRow(Model):
    """One entry of an order's timeline: an action, and the order's state after it. Rows are only appended."""

    __tablename__ = "order_steps"

    order_id: Mapped[str] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True)
    action: Mapped[str] = mapped_column(String(20))
    previous_status: Mapped[str | None] = mapped_column(String(20))
    status: Mapped[str] = mapped_column(String(20))
    actor_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))
    actor_role: Mapped[str] = mapped_column(String(16))
    note: Mapped[str | None] = mapped_column(Text)
    after: Mapped[dict[str, Any]] = mapped_column(JSONB)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
