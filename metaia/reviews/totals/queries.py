"""Selects of ratings by subject."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import text

from metaia.core import db
from metaia.core.json import Json

NONE = (0, 0, 0, 0, 0)
_COUNTS = text("SELECT counts FROM rating_totals WHERE subject_type = :type AND subject_id = :id")


def summary(subject_type: str, subject_id: str) -> Json:
    """Return the number of published ratings of a subject, their average and how many have 1 to 5 stars."""
    return shown(db.fetch_value(_COUNTS, {"type": subject_type, "id": subject_id}) or NONE)


def shown(counts: Sequence[int]) -> Json:
    """Return a summary of ratings; `counts` has the number of those with 1 to 5 stars."""
    count = sum(counts)
    stars = sum(number * each for number, each in enumerate(counts, 1))
    return {
        "count": count,
        "average": round(stars / count, 2) if count else None,
        "distribution": {str(number): each for number, each in enumerate(counts, 1)},
    }
