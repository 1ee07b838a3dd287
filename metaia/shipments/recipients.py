"""Which notification belongs to a status, its recipients, and when it is still true. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from metaia.shipments.notifications import (
    ARRIVED,
    ATTEMPT,
    CALLED_OFF,
    GOES_BACK,
    IS_BACK,
    IS_LOST,
    LATE,
    SENT,
    STALE,
    TO_COLLECT,
    TODAY,
)
from metaia.shipments.state import (
    CANCELLED,
    DELIVERED,
    FAILED,
    IN_TRANSIT,
    LOST,
    OUT,
    PICKED_UP,
    PICKUP_POINT,
    RETURNED,
    RETURNING,
)

# Some statuses have one notification in common, so that it is sent once.
OF_STATUS: Mapping[str, str] = {
    PICKED_UP: SENT,
    IN_TRANSIT: SENT,
    OUT: TODAY,
    FAILED: ATTEMPT,
    PICKUP_POINT: TO_COLLECT,
    DELIVERED: ARRIVED,
    RETURNING: GOES_BACK,
    RETURNED: IS_BACK,
    LOST: IS_LOST,
    CANCELLED: CALLED_OFF,
}
TO_ALL = frozenset({GOES_BACK, IS_BACK, IS_LOST, CALLED_OFF})  # to the customer, the partner and staff


def is_true(name: str, status: str, *, late: bool, stale: bool) -> bool:
    """Return whether a notification is still true of a shipment. One that is not is not sent."""
    if name in {LATE, STALE}:
        return late if name == LATE else stale
    return OF_STATUS.get(status) == name
