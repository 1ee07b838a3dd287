"""Tables of offers."""

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
    Sequence,
    String,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from metaia.extensions import Model

offer_numbers = Sequence("offer_numbers", start=100_001, metadata=Model.metadata)
UNPRICED = -1  # the place of offers without a total in lists by total
OPEN = "status IN ('pending', 'countered')"


class OfferRow(Model):
    """A negotiation: its parties and its present round, which the maker has made and the other side can accept.

    Amounts are in minor units of `currency`. `total` is null until every item has a price. `deal_id` is the id of the
    first offer of the deal. `order_id` is that of the order which the acceptance has made, in the same transaction.
    """

    __tablename__ = "offers"

    id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True)
    offer_number: Mapped[str] = mapped_column(String(20), unique=True)
    deal_id: Mapped[str] = mapped_column(Uuid(as_uuid=False))
    status: Mapped[str] = mapped_column(String(12))
    seller_id: Mapped[str] = mapped_column(ForeignKey("users.id"))
    buyer_id: Mapped[str] = mapped_column(ForeignKey("users.id"))
    maker_id: Mapped[str] = mapped_column(Uuid(as_uuid=False))  # of the present round
    round: Mapped[int] = mapped_column(Integer)
    items: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    adjustment: Mapped[int] = mapped_column(BigInteger)
    total: Mapped[int | None] = mapped_column(BigInteger)
    first_total: Mapped[int | None] = mapped_column(BigInteger)  # of the first round that had one
    currency: Mapped[str] = mapped_column(String(3))
    terms: Mapped[dict[str, Any]] = mapped_column(JSONB)
    message: Mapped[str | None] = mapped_column(Text)  # of the present round
    customer_info: Mapped[dict[str, Any]] = mapped_column(
        JSONB
    )  # contact data for the order, given by the buyer
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    order_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False), unique=True)
    order_number: Mapped[str | None] = mapped_column(String(20))
    reject_reason: Mapped[str | None] = mapped_column(String(20))
    previous_offer_id: Mapped[str | None] = mapped_column(ForeignKey("offers.id"))
    version: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    answered_at: Mapped[datetime | None] = mapped_column(
        DateTime(timezone=True)
    )  # by the other side, at first
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    words: Mapped[Any] = mapped_column(TSVECTOR)  # the index of the search

    __table_args__ = (
        CheckConstraint("seller_id <> buyer_id", name="two_parties"),
        CheckConstraint("maker_id IN (seller_id, buyer_id)", name="maker"),
        CheckConstraint("(status = 'accepted') = (order_id IS NOT NULL)", name="order"),
        CheckConstraint("status <> 'accepted' OR total IS NOT NULL", name="priced"),
        CheckConstraint("total >= 0", name="total"),
        Index("uq_offers_open_deal", "deal_id", unique=True, postgresql_where=text(OPEN)),
        Index("ix_offers_deal_id", "deal_id"),
        Index("ix_offers_seller_id", "seller_id", "created_at"),
        Index("ix_offers_buyer_id", "buyer_id", "created_at"),
        Index("ix_offers_created_at", "created_at", "id"),
        Index("ix_offers_updated_at", "updated_at", "id"),
        Index("ix_offers_expires_at", "expires_at", postgresql_where=text(OPEN)),
        # lists by total: offers without one have the place of UNPRICED
        Index("ix_offers_total", text(f"coalesce(total, {UNPRICED})"), "id"),
        Index("ix_offers_expires_at_id", "expires_at", "id"),
        Index("ix_offers_words", "words", postgresql_using="gin"),
    )


class OfferStepRow(Model):
    """One entry of an offer's history: an action, and the offer's state after it.

    Rows are only appended. `note`, and the texts in `after`, are erased with the account of their author; those of
    staff once a party's account is deleted, too.
    """

    __tablename__ = "offer_steps"

    offer_id: Mapped[str] = mapped_column(ForeignKey("offers.id", ondelete="CASCADE"), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True)
    action: Mapped[str] = mapped_column(String(20))
    previous_status: Mapped[str | None] = mapped_column(String(12))
    status: Mapped[str] = mapped_column(String(12))
    round: Mapped[int] = mapped_column(Integer)
    actor_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))
    actor_role: Mapped[str] = mapped_column(String(16))
    note: Mapped[str | None] = mapped_column(Text)
    after: Mapped[dict[str, Any]] = mapped_column(JSONB)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
