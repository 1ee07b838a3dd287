"""Selects of the ratings of products. Triggers on reviews write them."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import text

from metaia.core import db

_RATINGS = text(
    """
    SELECT subject_id::text AS id, counts FROM rating_totals
    WHERE subject_type = 'product' AND subject_id = ANY (CAST(:ids AS uuid[]))
    """
)


def ratings(product_ids: Collection[str]) -> dict[str, Sequence[int]]:
    """Return how often products got 1 to 5 stars; those without any may have no entry."""
    return {row.id: row.counts for row in db.fetch_all(_RATINGS, {"ids": list(product_ids)})}
