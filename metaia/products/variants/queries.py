"""Selects on variants."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from metaia.core import db
from metaia.core.db.expressions import among
from metaia.products.models import VariantRow


def sku_owners(partner_id: str, skus: Collection[str]) -> dict[str, str]:
    """Return the ids of the products of a partner that have these SKUs, by SKU."""
    query = select(VariantRow.sku, VariantRow.product_id).where(
        VariantRow.partner_id == partner_id, among(VariantRow.sku, skus)
    )
    return {row.sku: row.product_id for row in db.fetch_all(query)} if skus else {}


def lock(variant_ids: Collection[str]) -> None:
    """Row-lock variants in the order of their ids, in the running transaction."""
    query = select(VariantRow.id).where(among(VariantRow.id, variant_ids)).order_by(VariantRow.id)
    if variant_ids:
        db.fetch_all(query.with_for_update(key_share=True))
