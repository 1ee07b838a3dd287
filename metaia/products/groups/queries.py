"""Selects on the products that have a modifier group."""

from __future__ import annotations

from sqlalchemy import select

from metaia.core import db
from metaia.products import queries
from metaia.products.models import GroupRow, ProductGroupRow, ProductRow
from metaia.products.records import Product


def products_with_group(group_id: str) -> list[Product]:
    """Return the active products that have a modifier group."""
    users = select(ProductGroupRow.product_id).where(ProductGroupRow.group_id == group_id)
    return queries.products(ProductRow.active, ProductRow.id.in_(users))


def products_with_limits(group_id: str) -> set[str]:
    """Return the ids of the products that have limits of their own for a modifier group."""
    link = ProductGroupRow
    query = select(link.product_id).where(link.group_id == group_id, link.min.is_not(None))
    return {row.product_id for row in db.fetch_all(query)}


def uses_currency(partner_id: str) -> bool:
    """Return whether a partner has products or groups, active or not, with amounts in the currency of its profile."""
    return any(queries.count(table, partner_id) for table in (ProductRow, GroupRow))
