"""Selects on the tables of catalogues, and their rows as records."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, bindparam, func, literal_column, select, true
from sqlalchemy.orm import InstrumentedAttribute

from metaia.core import db
from metaia.core.db.driver import PreparedSelect
from metaia.core.db.expressions import among, array, is_among
from metaia.core.text import words
from metaia.products.models import (
    GroupRow,
    ProductRow,
    SectionRow,
    TaxRateRow,
)
from metaia.products.parts import queries as parts
from metaia.products.parts.queries import columns_of, named
from metaia.products.records import (
    Catalogue,
    Group,
    Product,
    Section,
    TaxRate,
)

Condition = ColumnElement[bool] | InstrumentedAttribute[bool]


PRODUCT = columns_of(Product, ProductRow)
_GROUP, _RATE, _SECTION = (
    columns_of(Group, GroupRow),
    columns_of(TaxRate, TaxRateRow),
    columns_of(Section, SectionRow),
)
_any_active = PreparedSelect(
    select(ProductRow.id)
    .where(ProductRow.partner_id == bindparam("partner_id"), ProductRow.active)
    .limit(literal_column("1"))
)
# The reads of each quote and order are prepared: SQLAlchemy would need 2 ms for each.
_of_cart = PreparedSelect(
    select(*PRODUCT)
    .where(
        ProductRow.partner_id == bindparam("partner_id"), ProductRow.active, is_among(ProductRow.id, "ids")
    )
    .order_by(ProductRow.position, ProductRow.id)
)


def has_products(partner_id: str) -> bool:
    """Return whether a partner has an active product."""
    return db.fetch_tuple(_any_active, {"partner_id": partner_id}) is not None


def get(product_id: str) -> Product | None:
    """Return a product, active or not."""
    return next(iter(by_ids([product_id])), None)


def by_ids(product_ids: Collection[str]) -> list[Product]:
    """Return products, active or not, in no order."""
    return products(among(ProductRow.id, product_ids)) if product_ids else []


def products(*conditions: Condition) -> list[Product]:
    """Return the products that meet the conditions, in the order of the menu."""
    query = select(*PRODUCT).where(*conditions).order_by(ProductRow.position, ProductRow.id)
    return with_parts([named(Product, row) for row in db.fetch_all(query)])


def with_parts(found: Sequence[Product]) -> list[Product]:
    """Return products with their variants and groups."""
    ids = [product.id for product in found]
    if not ids:
        return []
    variants, groups = parts.variants(ids), parts.groups(ids)
    return [
        replace(each, variants=tuple(variants.get(each.id, ())), groups=tuple(groups.get(each.id, ())))
        for each in found
    ]


def for_cart(partner_id: str, product_ids: Collection[str], rate_ids: Collection[str] = ()) -> Catalogue:
    """Return the active ones of these products of a partner, with all that they and its fees refer to: six selects."""
    rows = (
        db.fetch_tuples(_of_cart, {"partner_id": partner_id, "ids": array(product_ids)})
        if product_ids
        else []
    )
    found = with_parts([named(Product, row) for row in rows])
    groups = {use.group_id for product in found for use in product.groups}
    sections = {product.section_id for product in found if product.section_id is not None}
    rates = {product.tax_rate_id for product in found if product.tax_rate_id is not None} | {*rate_ids}
    return Catalogue(
        {product.id: product for product in found},
        by_id(groups_where(among(GroupRow.id, groups)) if groups else ()),
        by_id(tax_rates(among(TaxRateRow.id, rates)) if rates else ()),
        by_id(sections_where(among(SectionRow.id, sections)) if sections else ()),
    )


def whole(partner_id: str) -> Catalogue:
    """Return all active products of a partner, and all its groups, tax rates and sections: seven selects."""
    found = products(ProductRow.partner_id == partner_id, ProductRow.active)
    return Catalogue(
        {product.id: product for product in found},
        by_id(groups_where(GroupRow.partner_id == partner_id, GroupRow.active)),
        by_id(tax_rates(TaxRateRow.partner_id == partner_id)),
        by_id(sections_where(SectionRow.partner_id == partner_id)),
    )


def by_id(found: Iterable[Any]) -> dict[str, Any]:
    """Return records by their ids."""
    return {each.id: each for each in found}


def groups_where(*conditions: Condition) -> list[Group]:
    """Return modifier groups with their options, in the order of their creation."""
    query = select(*_GROUP).where(*conditions).order_by(GroupRow.id)
    found = [named(Group, row) for row in db.fetch_all(query)]
    options = parts.options([group.id for group in found])
    return [replace(group, options=tuple(options.get(group.id, ()))) for group in found]


def groups_by_ids(group_ids: Collection[str]) -> list[Group]:
    """Return active modifier groups."""
    return groups_where(among(GroupRow.id, group_ids), GroupRow.active) if group_ids else []


def tax_rates(*conditions: Condition) -> list[TaxRate]:
    """Return tax rates, in the order of their creation."""
    query = select(*_RATE).where(*conditions).order_by(TaxRateRow.id)
    return [named(TaxRate, row) for row in db.fetch_all(query)]


def sections_where(*conditions: Condition) -> list[Section]:
    """Return sections, in the order of the menu."""
    query = select(*_SECTION).where(*conditions).order_by(SectionRow.position, SectionRow.id)
    return [named(Section, row) for row in db.fetch_all(query)]


def count(table: type[Any], partner_id: str, condition: Condition | None = None) -> int:
    """Return the number of rows of a partner in one of the tables."""
    conditions = (table.partner_id == partner_id, true() if condition is None else condition)
    return int(db.fetch_value(select(func.count()).select_from(table).where(*conditions)))


def searchable(product: Product) -> str:
    """Return the words of a product as the column `words` keeps them for the search."""
    variants = [text for variant in product.variants for text in (variant.name, variant.sku)]
    return words.index([product.name, product.description, *product.tags, *variants])
