"""Selects that count open offers."""

from __future__ import annotations

from sqlalchemy import func, or_, select

from metaia.core import db
from metaia.offers.models import OfferRow
from metaia.offers.state import OPEN


def lock(user_id: str, other_id: str) -> None:
    """Let no other transaction make an offer of a user, or between two users, until this one ends."""
    for name in (user_id, " ".join(sorted((user_id, other_id)))):  # always in this order
        key = func.hashtextextended(f"offers of {name}", 0)
        db.fetch_value(select(func.pg_advisory_xact_lock(key)))


def count(user_id: str, other_id: str) -> tuple[int, int]:
    """Return the number of the open offers of a user, and of those that are with another user."""
    row = OfferRow
    theirs = or_(row.seller_id == other_id, row.buyer_id == other_id)
    query = select(func.count(), func.count().filter(theirs)).where(
        or_(row.seller_id == user_id, row.buyer_id == user_id), row.status.in_(OPEN)
    )
    found = db.fetch_one(query)
    return (found[0], found[1]) if found else (0, 0)
