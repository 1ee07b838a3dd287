"""Selects on the relations between users that offers make."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from metaia.core import db
from metaia.core.db.expressions import among
from metaia.offers.models import OfferRow


def in_negotiation(user_id: str, others: Collection[str]) -> set[str]:
    """Return those of `others` that have or had an offer with a user."""
    row = OfferRow
    sold = select(row.buyer_id).where(row.seller_id == user_id, among(row.buyer_id, others))
    bought = select(row.seller_id).where(row.buyer_id == user_id, among(row.seller_id, others))
    return {each[0] for each in db.fetch_all(sold.union(bought))}
