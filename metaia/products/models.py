"""Tables of catalogues. Composite foreign keys keep all parts of a product at one partner."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from metaia.extensions import Model

MOST = 10**13  # minor units, as core/money.py
ACTIVE, NAMED = sa.text("active"), sa.text("sku IS NOT NULL")
PRICES, SORTED = ("price", "compare_price", "sale_price"), ("created_at", "name", "position")
Id = Mapped[str]
OptionalId = Mapped[str | None]
OptionalTime = Mapped[datetime | None]


def _id() -> Any:
    return mapped_column(sa.Uuid(as_uuid=False), primary_key=True)


def _time() -> Any:
    return mapped_column(sa.DateTime(timezone=True))


def _of_partner(column: str, table: str, **options: Any) -> sa.ForeignKeyConstraint:
    """Return the foreign key from `column` to a row of the same partner."""
    return sa.ForeignKeyConstraint(["partner_id", column], [f"{table}.partner_id", f"{table}.id"], **options)


def _own() -> sa.UniqueConstraint:
    return sa.UniqueConstraint("partner_id", "id")


class Versioned:
    """The columns of rows that clients change."""

    id: Id = _id()
    partner_id: Id = mapped_column(sa.ForeignKey("users.id"))
    version: Mapped[int]
    created_at: Mapped[datetime] = _time()
    updated_at: Mapped[datetime] = _time()


class Offered:
    """The columns of what is on sale or not. `active` is False for what was deleted."""

    position: Mapped[int]
    available: Mapped[bool]
    sold_out_until: OptionalTime = _time()
    active: Mapped[bool]


class SectionRow(Versioned, Model):
    __tablename__ = "sections"

    name: Mapped[str] = mapped_column(sa.String(120))
    hours: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    position: Mapped[int]

    __table_args__ = (_own(),)


class TaxRateRow(Versioned, Model):
    __tablename__ = "tax_rates"

    name: Mapped[str] = mapped_column(sa.String(60))
    rate_bps: Mapped[int]
    included: Mapped[bool]
    active: Mapped[bool]

    __table_args__ = (_own(), sa.CheckConstraint("rate_bps BETWEEN 0 AND 5000", name="rate"))


class ProductRow(Versioned, Offered, Model):
    """A product. `price` is the lowest one of its variants, for lists; prices live on the variants."""

    __tablename__ = "products"

    section_id: OptionalId = mapped_column(sa.Uuid(as_uuid=False))
    tax_rate_id: OptionalId = mapped_column(sa.Uuid(as_uuid=False))
    name: Mapped[str] = mapped_column(sa.String(200))
    description: Mapped[str | None] = mapped_column(sa.Text)
    kind: Mapped[str] = mapped_column(sa.String(10))
    currency: Mapped[str] = mapped_column(sa.String(3))
    price: Mapped[int] = mapped_column(sa.BigInteger)
    tags: Mapped[list[Any]] = mapped_column(JSONB)
    media_ids: Mapped[list[Any]] = mapped_column(JSONB)
    words: Mapped[Any] = mapped_column(TSVECTOR)

    __table_args__ = (
        _own(),
        _of_partner("section_id", "sections", ondelete="SET NULL (section_id)"),
        _of_partner("tax_rate_id", "tax_rates"),
        sa.CheckConstraint("kind IN ('item', 'service')", name="kind"),
        sa.CheckConstraint(f"price BETWEEN 0 AND {MOST}", name="price"),
        sa.Index("ix_products_menu", "partner_id", "section_id", "position", postgresql_where=ACTIVE),
        *(sa.Index(f"ix_products_{by}", by, "id", postgresql_where=ACTIVE) for by in SORTED),
        sa.Index("ix_products_price", "currency", "price", "id", postgresql_where=ACTIVE),
        sa.Index("ix_products_lowest_price", "price", "id", postgresql_where=ACTIVE),
        sa.Index("ix_products_words", "words", postgresql_using="gin"),
    )


class VariantRow(Offered, Model):
    """A variant. `stock_given` is what the partner has put in: `stock` plus all that orders have taken of it."""

    # Variants that were removed stay, without `sku`, because the moves of their stock refer to them.

    __tablename__ = "product_variants"

    id: Id = _id()
    partner_id: Id = mapped_column(sa.Uuid(as_uuid=False))
    product_id: Id = mapped_column(sa.Uuid(as_uuid=False))
    name: Mapped[str | None] = mapped_column(sa.String(120))
    sku: Mapped[str | None] = mapped_column(sa.String(64))
    price: Mapped[int] = mapped_column(sa.BigInteger)
    compare_price: Mapped[int | None] = mapped_column(sa.BigInteger)
    sale_price: Mapped[int | None] = mapped_column(sa.BigInteger)
    sale_from: OptionalTime = _time()
    sale_until: OptionalTime = _time()
    stock: Mapped[int | None]
    stock_given: Mapped[int | None] = mapped_column(sa.BigInteger)

    __table_args__ = (
        _of_partner("product_id", "products"),
        *(sa.CheckConstraint(f"{name} BETWEEN 0 AND {MOST}", name=name) for name in PRICES),
        sa.CheckConstraint("num_nulls(sale_price, sale_from, sale_until) IN (0, 3)", name="sale"),
        sa.CheckConstraint("sale_until > sale_from", name="sale_window"),
        sa.CheckConstraint("stock >= 0", name="stock"),
        sa.CheckConstraint("(stock IS NULL) = (stock_given IS NULL)", name="stock_given"),
        sa.Index("uq_product_variants_sku", "partner_id", "sku", unique=True, postgresql_where=NAMED),
        sa.Index("ix_product_variants_product_id", "product_id"),
        sa.Index("ix_product_variants_sold_out", "partner_id", "id", postgresql_where=sa.text("stock = 0")),
    )


class GroupRow(Versioned, Model):
    __tablename__ = "modifier_groups"

    name: Mapped[str] = mapped_column(sa.String(120))
    kind: Mapped[str] = mapped_column(sa.String(12))
    min: Mapped[int]
    max: Mapped[int]
    currency: Mapped[str] = mapped_column(sa.String(3))
    max_length: Mapped[int | None]
    price: Mapped[int] = mapped_column(sa.BigInteger)
    unit: Mapped[str | None] = mapped_column(sa.String(2))
    min_value: Mapped[Decimal | None] = mapped_column(sa.Numeric(7, 2))
    max_value: Mapped[Decimal | None] = mapped_column(sa.Numeric(7, 2))
    step: Mapped[Decimal | None] = mapped_column(sa.Numeric(7, 2))
    active: Mapped[bool]

    __table_args__ = (
        _own(),
        sa.CheckConstraint("kind IN ('choice', 'text', 'measurement')", name="kind"),
        sa.CheckConstraint("min BETWEEN 0 AND max", name="limits"),
    )


class OptionRow(Offered, Model):
    __tablename__ = "modifier_options"

    id: Id = _id()
    group_id: Id = mapped_column(sa.ForeignKey("modifier_groups.id"))
    name: Mapped[str] = mapped_column(sa.String(120))
    price: Mapped[int] = mapped_column(sa.BigInteger)
    max_quantity: Mapped[int]
    default: Mapped[bool]

    __table_args__ = (
        sa.CheckConstraint(f"price BETWEEN -{MOST} AND {MOST}", name="price"),
        sa.CheckConstraint("max_quantity BETWEEN 1 AND 100", name="max_quantity"),
        sa.Index("ix_modifier_options_group_id", "group_id"),
    )


class ProductGroupRow(Model):
    """A modifier group at a product; without `min` and `max` those of the group count."""

    __tablename__ = "product_modifier_groups"

    product_id: Id = _id()
    group_id: Id = _id()
    partner_id: Id = mapped_column(sa.Uuid(as_uuid=False))
    min: Mapped[int | None]
    max: Mapped[int | None]
    position: Mapped[int]

    __table_args__ = (
        _of_partner("product_id", "products"),
        _of_partner("group_id", "modifier_groups"),
        sa.CheckConstraint("min BETWEEN 0 AND max", name="limits"),
        sa.Index("ix_product_modifier_groups_group_id", "group_id"),
    )
