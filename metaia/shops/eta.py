"""Times of arrival: straight lines at the usual speed of a vehicle. Pure.

Streets are longer than the straight line by DETOUR. An estimate is an interval, in whole minutes. Quotes, the
directory, orders and the positions of couriers all ask `minutes`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil, floor

from metaia.core.geo import Point, metres

DETOUR = 1.3
SPEEDS = {"walk": 5, "bicycle": 15, "motorbike": 25, "car": 25}  # km/h
VEHICLES = tuple(SPEEDS)
USUAL = "motorbike"  # of a courier that is not known yet
EARLY, LATE = 0.8, 1.4


@dataclass(frozen=True, slots=True)
class Eta:
    """When a delivery arrives: probably `at`, and between `low_at` and `high_at`."""

    at: datetime
    low_at: datetime
    high_at: datetime


def ride(start: Point, end: Point, vehicle: str) -> float:
    """Return how many minutes a vehicle needs between two places."""
    return ride_of(metres(start, end), vehicle)


def ride_of(distance_m: float, vehicle: str = USUAL) -> float:
    """Return how many minutes a vehicle needs for a straight line of so many metres."""
    return distance_m * DETOUR / 1000 / SPEEDS[vehicle] * 60


def minutes(*, ready_in: float, to_shop: float = 0, to_customer: float = 0) -> tuple[int, int, int]:
    """Return in how many minutes an order arrives: at least, probably, and at most.

    The arguments are minutes: until the order is ready, and of the two rides.
    """
    expected = max(ready_in, to_shop) + to_customer
    return floor(expected * EARLY), ceil(expected), ceil(expected * LATE)


def estimate(moment: datetime, *, ready_in: float, to_shop: float = 0, to_customer: float = 0) -> Eta:
    """Return when an order arrives, as `minutes` after a moment."""
    low, expected, high = minutes(ready_in=ready_in, to_shop=to_shop, to_customer=to_customer)
    return Eta(*(moment + timedelta(minutes=each) for each in (expected, low, high)))
