"""The status of a shipment: a function of its scans, in any order of their arrival. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

LABEL, PICKED_UP, IN_TRANSIT = "label", "picked_up", "in_transit"
OUT, FAILED, PICKUP_POINT = "out_for_delivery", "attempt_failed", "pickup_point"
DELIVERED, RETURNING, RETURNED = "delivered", "returning", "returned"
LOST, CANCELLED = "lost", "cancelled"
UNKNOWN = "unknown"  # of a scan in words of its carrier that no table has; it changes no status
# The highest rank wins. Of equal ranks the latest scan by the carrier's time does, then the one that stands later here.
RANKS: Mapping[str, int] = {
    LABEL: 0, PICKED_UP: 1, IN_TRANSIT: 2, OUT: 3, FAILED: 3, PICKUP_POINT: 3, DELIVERED: 4, RETURNING: 5,
    RETURNED: 6, LOST: 7, CANCELLED: 8,
}  # fmt: skip
STATUSES = tuple(RANKS)
MOVING = (PICKED_UP, IN_TRANSIT, OUT, FAILED, PICKUP_POINT)
CLOSED = (DELIVERED, RETURNED, LOST, CANCELLED)
SETTLED = frozenset({DELIVERED, CANCELLED})  # what the delivery of an order does not wait for
# What a partner or staff can state by hand; a shipment is cancelled by an action of its own.
BY_HAND = (PICKED_UP, IN_TRANSIT, OUT, FAILED, PICKUP_POINT, DELIVERED, RETURNING, RETURNED, LOST)
_PLACES = {status: place for place, status in enumerate(STATUSES)}

Scan = tuple[str, datetime]  # a status, and when it was by the clock of the carrier


def of(scans: Iterable[Scan]) -> str:
    """Return the status of a shipment with these scans.

    A parcel that is on its way back counts as that only after its last delivery: carriers correct themselves.
    """
    known = [scan for scan in scans if scan[0] in RANKS]
    delivered = max((at for status, at in known if status == DELIVERED), default=None)
    counted = [
        (status, at) for status, at in known if status != RETURNING or delivered is None or at > delivered
    ]
    return max(counted, key=_place)[0] if counted else LABEL


def takes_by_hand(current: str, status: str) -> bool:
    """Return whether a scan by hand is possible: a delivered parcel can only go back, a closed one nowhere."""
    if current == DELIVERED:
        return status in {RETURNING, RETURNED}
    return current not in CLOSED


def _place(scan: Scan) -> tuple[int, datetime, int]:
    status, at = scan
    return RANKS[status], at, _PLACES[status]
