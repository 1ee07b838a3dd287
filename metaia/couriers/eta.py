"""Times of arrival: straight lines at the usual speed of a vehicle. Pure.

Streets are longer than the straight line by DETOUR. An estimate is an interval, in whole minutes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from metaia.core.geo import Point, metres

DETOUR = 1.3
SPEEDS = {"walk": 5, "bicycle": 15, "motorbike": 25, "car": 25}  # km/h
VEHICLES = tuple(SPEEDS)
EARLY, LATE = 0.8, 1.4


@dataclass(frozen=True, slots=True)
class Eta:
    """When a delivery arrives: probably `at`, and between `low_at` and `high_at`."""

    at: datetime
    low_at: datetime
    high_at: datetime


def ride(start: Point, end: Point, vehicle: str) -> float:
    """Return how many minutes a vehicle needs between two places."""
    kilometres = metres(start, end) * DETOUR / 1000
    return kilometres / SPEEDS[vehicle] * 60


def estimate(moment: datetime, *, ready_in: float, to_shop: float, to_customer: float) -> Eta:
    """Return when a delivery arrives. The arguments are minutes: until the order is ready, and of the two rides."""
    minutes = max(ready_in, to_shop) + to_customer

    def after(factor: float) -> datetime:
        return moment + timedelta(minutes=ceil(minutes * factor))

    return Eta(after(1), after(EARLY), after(LATE))
