"""Statements on reports."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert

from metaia.core import db
from metaia.core.db import AnyRow
from metaia.reviews.models import ReviewReportRow

MOST = 100  # reports in one answer
_row = ReviewReportRow
# What an author and a partner have in common: a telephone number, an address of the network, or the place of the shop
# and of a kept address, which are less than about 50 metres apart.
_SHARED = text(
    """
    SELECT author.phone_e164 = partner.phone_e164 AS phone, EXISTS (
        SELECT FROM sessions a JOIN sessions b ON b.address = a.address
        WHERE a.user_id = author.id AND b.user_id = partner.id
    ) AS network, EXISTS (
        SELECT FROM addresses a JOIN partner_profiles p ON p.user_id = partner.id
        WHERE a.user_id = author.id AND abs(a.lat - p.lat) < 0.0004 AND abs(a.lng - p.lng) * cosd(p.lat) < 0.0004
    ) AS address
    FROM users author, users partner WHERE author.id = :author AND partner.id = :partner
    """
)


def add(review_id: str, reporter_id: str, reason: str, note: str | None, moment: datetime) -> bool:
    """Add a report; return False if this user has reported the review already."""
    values = {"review_id": review_id, "reporter_id": reporter_id, "reason": reason, "note": note}
    query = insert(_row).values(**values, created_at=moment).on_conflict_do_nothing()
    return db.execute(query.returning(_row.review_id)).first() is not None


def of_review(review_id: str) -> list[AnyRow]:
    """Return the newest reports of a review."""
    query = select(_row.__table__).where(_row.review_id == review_id)
    return db.fetch_all(query.order_by(_row.created_at.desc()).limit(MOST))


def shared(author_id: str, partner_id: str) -> list[str]:
    """Return what an author has in common with the partner of a review: `phone`, `network`, `address`."""
    row = db.fetch_one(_SHARED, {"author": author_id, "partner": partner_id})
    return [name for name in ("phone", "network", "address") if row is not None and getattr(row, name)]
