"""Checks of the limits of open offers, in the transaction that makes one."""

from __future__ import annotations

from metaia.core.errors import TooMany
from metaia.offers.limits import queries

MOST_OPEN, MOST_OF_A_PAIR = 200, 20


def require_room(user_id: str, other_id: str) -> None:
    """Raise TooMany (`limit_reached`) if a user, or two users, have as many open offers as there may be."""
    queries.lock(user_id, other_id)
    for name, count, most in zip(
        ("open", "openOfPair"), queries.count(user_id, other_id), (MOST_OPEN, MOST_OF_A_PAIR), strict=True
    ):
        if count >= most:
            details = {"limit": name, "most": most}
            raise TooMany(
                "There are too many open offers: answer some first.", code="limit_reached", details=details
            )
