"""Follows as JSON."""

from __future__ import annotations

from metaia.core.http.presenters import presenter
from metaia.core.json import Json
from metaia.shops.follows.schemas import FollowedOut, FollowerOut


def rating(counts: list[int] | None) -> Json:
    """Return the average and number of ratings; `counts` has the number of those with 1 to 5 stars."""
    count = sum(counts or ())
    stars = sum(number * each for number, each in enumerate(counts or (), 1))
    return {"average": round(stars / count, 2) if count else None, "count": count}


def first_name(name: str) -> str | None:
    """Return the first word of a name."""
    words = name.split()
    return words[0] if words else None


followed = presenter(FollowedOut, computed={"rating": lambda row: rating(row.counts)})
follower = presenter(FollowerOut, computed={"first_name": lambda row: first_name(row.name)})
