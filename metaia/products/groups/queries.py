"""Selects on the products that have a modifier group."""

from __future__ import annotations

from sqlalchemy import select

from metaia.products import queries
from metaia.products.models import GroupRow, ProductGroupRow, ProductRow
from metaia.products.records import Product


def products_with_group(group_id: str) -> list[Product]:
    """Return the active products that have a modifier group."""
    users = select(ProductGroupRow.product_id).where(ProductGroupRow.group_id == group_id)
    return queries.products(ProductRow.active, ProductRow.id.in_(users))


def uses_currency(partner_id: str) -> bool:
    """Return whether a partner has products or groups, active or not, with amounts in the currency of its profile."""
    return any(queries.count(table, partner_id) for table in (ProductRow, GroupRow))
