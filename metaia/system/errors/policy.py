"""What a sketch of users counts, and when admins are notified. Pure."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

NOTICE_PAUSE = timedelta(minutes=10)  # between two notifications of an admin about errors


def distinct_users(bits_set: int, bits: int) -> int:
    """Return how many distinct users have set `bits_set` of `bits` bits (linear counting, Whang et al. 1990).

    The error is a few percent up to twice the number of bits. A full sketch counts as one bit short of full.
    """
    clear = max(1, bits - bits_set)
    return round(-bits * math.log(clear / bits))


def may_announce(latest: datetime | None, now: datetime) -> bool:
    """Return whether admins may be notified again."""
    return latest is None or now - latest >= NOTICE_PAUSE
