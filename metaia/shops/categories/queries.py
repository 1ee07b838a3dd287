"""Selects on categories."""

from __future__ import annotations

from sqlalchemy import select

from metaia.core import db
from metaia.core.db import AnyRow
from metaia.shops.models import PartnerCategoryRow


def active() -> list[AnyRow]:
    """Return the active categories in their order."""
    row = PartnerCategoryRow
    query = select(row.slug, row.name, row.position, row.active).where(row.active)
    return db.fetch_all(query.order_by(row.position, row.name))
