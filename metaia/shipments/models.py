"""Tables of shipments."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from metaia.extensions import Model

OPEN = "closed_at IS NULL"
LIVING = "status <> 'cancelled'"


class ShipmentRow(Model):
    """A parcel of an order. Its status is that of its scans (`state.of`), and it is written together with them.

    `late_at` and `stale_at` are when it was marked so, `stale_due_at` and `ask_at` when the next mark or question is
    due. `announced` has the types of its notifications: each is sent once. `reference` is the carrier's own id.
    """

    __tablename__ = "shipments"

    id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True)
    order_id: Mapped[str] = mapped_column(ForeignKey("orders.id"))
    partner_id: Mapped[str | None] = mapped_column(ForeignKey("users.id"))  # of the order, which keeps it
    slug: Mapped[str] = mapped_column(String(30))
    code: Mapped[str] = mapped_column(String(64))
    reference: Mapped[str | None] = mapped_column(String(80))
    status: Mapped[str] = mapped_column(String(20))
    items: Mapped[list[Any] | None] = mapped_column(JSONB(none_as_null=True))
    weight: Mapped[int | None] = mapped_column(Integer)  # grams
    estimated_delivery: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    last_scan_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    closed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    late_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    stale_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    stale_due_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    ask_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    asked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    announced: Mapped[list[Any]] = mapped_column(JSONB)
    version: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    __table_args__ = (
        CheckConstraint(
            "status IN ('label', 'picked_up', 'in_transit', 'out_for_delivery', 'attempt_failed', 'pickup_point',"
            " 'delivered', 'returning', 'returned', 'lost', 'cancelled')",
            name="status",
        ),
        CheckConstraint(
            "(closed_at IS NOT NULL) = (status IN ('delivered', 'returned', 'lost', 'cancelled'))",
            name="closed",
        ),
        CheckConstraint("weight > 0", name="weight"),
        Index("uq_shipments_slug", "slug", "code", "order_id", unique=True, postgresql_where=LIVING),
        Index("ix_shipments_order_id", "order_id"),
        Index("ix_shipments_code", "code"),
        Index("ix_shipments_partner_id", "partner_id", "created_at", "id"),
        Index("ix_shipments_created_at", "created_at", "id"),
        Index(
            "ix_shipments_estimated_delivery",
            "estimated_delivery",
            postgresql_where=f"{OPEN} AND late_at IS NULL AND estimated_delivery IS NOT NULL",
        ),
        Index("ix_shipments_stale_due_at", "stale_due_at", postgresql_where=f"{OPEN} AND stale_at IS NULL"),
        Index("ix_shipments_ask_at", "ask_at", postgresql_where="ask_at IS NOT NULL"),
        Index("ix_shipments_late", "created_at", "id", postgresql_where=f"{OPEN} AND late_at IS NOT NULL"),
        Index("ix_shipments_stale", "created_at", "id", postgresql_where=f"{OPEN} AND stale_at IS NOT NULL"),
    )


class ShipmentScanRow(Model):
    """A scan of a parcel: a fact, which is never changed. `at` is the carrier's time.

    Only the erasure of its customer and its age take `place` and `message` away; `key` is computed from these, and
    recognizes a scan that comes again.
    """

    __tablename__ = "shipment_scans"

    id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True)
    shipment_id: Mapped[str] = mapped_column(ForeignKey("shipments.id", ondelete="CASCADE"))
    status: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    key: Mapped[str] = mapped_column(String(16))
    place: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    message: Mapped[str | None] = mapped_column(Text)
    received_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    __table_args__ = (
        UniqueConstraint("shipment_id", "status", "at", "key"),
        Index("ix_shipment_scans_received_at", "received_at"),
    )
