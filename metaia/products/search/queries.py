"""Lists of products, and the search in them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, cast, func, select
from sqlalchemy.dialects.postgresql import TSQUERY

from metaia.core import db
from metaia.core.db import searching
from metaia.core.db.expressions import among
from metaia.core.http import pagination
from metaia.core.text import amounts, words
from metaia.products import queries
from metaia.products.models import ProductRow
from metaia.products.parts import queries as parts
from metaia.products.records import Product
from metaia.shops import queries as shop_queries
from metaia.shops.directory import conditions

RADIUS_KM = 10
MOST_MATCHES = 3  # products of one partner in the directory
SORTABLE: pagination.Sortable = {
    "created_at": ProductRow.created_at,
    "name": ProductRow.name,
    "price": ProductRow.price,
    "position": ProductRow.position,
}


@dataclass(frozen=True, slots=True)
class _Listed:
    """A product with the values that lists are sorted by."""

    product: Product
    id: str
    created_at: datetime
    name: str
    price: int
    position: int


def page(
    *, whole: bool, filters: dict[str, Any], sort: str, limit: int, cursor: str | None
) -> tuple[list[Product], str | None]:
    """Return one page of products, and the next page's cursor; without `whole` those of published partners."""
    shops = _of_shops(filters)
    query = select(*queries.PRODUCT, ProductRow.price.label("lowest")).where(*_conditions(filters))
    if shops or not whole:
        query = query.where(shop_queries.published(ProductRow.partner_id, *shops))
    query = pagination.page(
        query, sort=sort, sortable=SORTABLE, key=ProductRow.id, limit=limit, cursor=cursor
    )
    cut, following = pagination.cut(_listed(query), sort=sort, limit=limit)
    return queries.with_parts([each.product for each in cut]), following


def partner_ids(tsquery: str) -> Select[Any]:
    """Return a select of the ids of partners with active products that a query finds, for the directory."""
    return select(ProductRow.partner_id).where(ProductRow.active, _matches(tsquery))


def matches(partners: Collection[str], tsquery: str) -> dict[str, list[str]]:
    """Return the ids of at most MOST_MATCHES active products of each of these partners that a query finds."""
    place = func.row_number().over(partition_by=ProductRow.partner_id, order_by=ProductRow.id)
    numbered = select(ProductRow.partner_id, ProductRow.id, place.label("place")).where(
        among(ProductRow.partner_id, partners), ProductRow.active, _matches(tsquery)
    )
    rows = numbered.subquery()
    first = select(rows.c.partner_id, rows.c.id).where(rows.c.place <= MOST_MATCHES).order_by(rows.c.id)
    found: dict[str, list[str]] = {}
    for row in db.fetch_all(first):
        found.setdefault(row.partner_id, []).append(row.id)
    return found


def found(text: str, *, in_all: bool = False) -> ColumnElement[bool]:
    """Return the condition that every word of `text` begins a word of a product; `in_all`: of a product of any shop."""
    return searching.matching(ProductRow, " & ".join(words.terms(text)), in_all=in_all)


def _matches(tsquery: str) -> ColumnElement[bool]:
    return ProductRow.words.bool_op("@@")(cast(tsquery, TSQUERY))


def _listed(query: Select[*tuple[Any, ...]]) -> list[_Listed]:
    listed = []
    for *row, price in db.fetch_all(query):
        product: Product = parts.named(Product, row)
        listed.append(_Listed(product, product.id, product.created_at, product.name, price, product.position))
    return listed


def _of_shops(filters: dict[str, Any]) -> list[ColumnElement[bool]]:
    """Take the filters of shops from the others; return their conditions."""
    radius = filters.pop("radius_km", RADIUS_KM)
    return [conditions.within(filters.pop("near"), round(radius * 1000))] if "near" in filters else []


def _conditions(filters: dict[str, Any]) -> list[ColumnElement[bool]]:
    currency = filters.get("currency", "")
    known: dict[str, Any] = {
        "partner_id": lambda value: ProductRow.partner_id == value,
        "section_id": lambda value: ProductRow.section_id == value,
        "active": lambda value: ProductRow.active if value else ~ProductRow.active,  # as in the indexes
        "currency": lambda value: ProductRow.currency == value,
        "min_price": lambda value: ProductRow.price >= amounts.minor(value, currency, field="minPrice"),
        "max_price": lambda value: ProductRow.price <= amounts.minor(value, currency, field="maxPrice"),
        "tags": ProductRow.tags.contains,
        "q": lambda value: found(value, in_all="partner_id" not in filters),
    }
    return [known[name](value) for name, value in filters.items()]
