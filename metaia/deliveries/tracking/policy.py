"""Which positions count, and which parties see them. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from metaia.core.json import Json
from metaia.orders.policy import Parties
from metaia.orders.state import BEFORE_DISPATCH

LOCATION, ETA = "courier:location", "delivery:eta"  # names of the events
OLDEST, AHEAD = timedelta(minutes=2), timedelta(seconds=60)
WORST = 500.0  # metres


def newest(fixes: Iterable[Json], moment: datetime) -> Json | None:
    """Return the newest position that counts: phones send old ones late, with wrong clocks, or inaccurate ones."""
    good = [
        fix
        for fix in fixes
        if moment - OLDEST <= fix["at"] <= moment + AHEAD and (fix["accuracy"] or 0.0) <= WORST
    ]
    return max(good, key=lambda fix: fix["at"], default=None)


def viewer(order: Parties, status: str) -> str | None:
    """Return the user that sees the position of an order's courier: its partner before the dispatch, then its customer.

    Staff see it in both phases, and all others never.
    """
    if status in BEFORE_DISPATCH:
        return order.partner_id
    return order.customer_id if status == "out_for_delivery" else None


def is_followed(status: str) -> bool:
    """Return whether positions of the courier are sent for an order in this status."""
    return status in (*BEFORE_DISPATCH, "out_for_delivery")
