"""Selects of whole catalogues, in parts that are short enough for the event loop."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import and_, func, select

from metaia.core import db
from metaia.products import queries
from metaia.products.models import ProductRow, VariantRow
from metaia.products.records import Product

MOST_ROWS = 250  # variants of a part


def parts(partner_id: str) -> Iterator[list[Product]]:
    """Yield all products of a partner in the order of the menu, some at a time. Its catalogue is row-locked."""
    ids: list[str] = []
    rows = 0
    for product_id, variants in _sizes(partner_id):
        if ids and rows + variants > MOST_ROWS:
            yield _in_order(ids)
            ids, rows = [], 0
        ids.append(product_id)
        rows += max(1, variants)
    if ids:
        yield _in_order(ids)


def _sizes(partner_id: str) -> list[tuple[str, int]]:
    """Return the products of a partner in the order of the menu, with the numbers of their variants."""
    own = and_(VariantRow.product_id == ProductRow.id, VariantRow.active)
    query = select(ProductRow.id, func.count(VariantRow.id)).outerjoin(VariantRow, own)
    query = query.where(ProductRow.partner_id == partner_id).group_by(ProductRow.id)
    return [(row[0], row[1]) for row in db.fetch_all(query.order_by(ProductRow.position, ProductRow.id))]


def _in_order(ids: list[str]) -> list[Product]:
    found = queries.by_id(queries.by_ids(ids))
    return [found[each] for each in ids]
