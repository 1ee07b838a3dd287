"""Selects on variants."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from sqlalchemy import select

from metaia.core import db, threads
from metaia.core.db.expressions import among
from metaia.products.models import VariantRow

AT_ONCE = 500


def sku_owners(partner_id: str, skus: Collection[str]) -> dict[str, str]:
    """Return the ids of the products of a partner that have these SKUs, by SKU."""
    query = select(VariantRow.sku, VariantRow.product_id).where(VariantRow.partner_id == partner_id)
    found: dict[str, str] = {}
    for part in _parts(skus):
        found |= {row.sku: row.product_id for row in db.fetch_all(query.where(among(VariantRow.sku, part)))}
    return found


def lock(variant_ids: Collection[str]) -> None:
    """Row-lock variants in the order of their ids, in the running transaction."""
    query = select(VariantRow.id).order_by(VariantRow.id).with_for_update(key_share=True)
    for part in _parts(variant_ids):
        db.fetch_all(query.where(among(VariantRow.id, part)))


def _parts(values: Iterable[str]) -> Iterator[list[str]]:
    """Yield the values in their order, some at a time; other greenlets run between them."""
    ordered = sorted(values)
    for first in range(0, len(ordered), AT_ONCE):
        if first:
            threads.pause()
        yield ordered[first : first + AT_ONCE]
