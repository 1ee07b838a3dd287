"""Places on the globe: distances, Mercator coordinates and boxes; and times of rides. Pure.

Latitudes end at LIMIT: Mercator has no poles. Distances are great circles on a sphere with the mean radius of the
earth (IUGG), in whole metres; they differ from those on the ellipsoid by at most 0.6 %.

A ride is a straight line times DETOUR at the usual speed of its vehicle. Quotes, the directory, orders and positions of
couriers all ask `minutes` for an arrival: an interval, in whole minutes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import asin, ceil, cos, degrees, floor, log, pi, radians, sin, sqrt, tan
from typing import NamedTuple

RADIUS = 6371008.8  # metres
LIMIT = 85.0  # degrees of latitude
WORLD = 2 * pi * RADIUS  # metres: the width of a Mercator map
DETOUR = 1.3  # streets are longer than straight lines
SPEEDS = {"walk": 5, "bicycle": 15, "motorbike": 25, "car": 25}  # km/h
VEHICLES = tuple(SPEEDS)
USUAL = "motorbike"  # of a courier that is not known yet
EARLY, LATE = 0.8, 1.4


@dataclass(frozen=True, slots=True)
class Point:
    """A place, in degrees (WGS 84)."""

    lat: float
    lng: float


class Box(NamedTuple):
    """A rectangle: in Mercator metres or in degrees, which its function states. West is at most east."""

    west: float
    south: float
    east: float
    north: float


def metres(a: Point, b: Point) -> int:
    """Return the great-circle distance of two points in whole metres (haversine)."""
    south, north = radians(a.lat), radians(b.lat)
    height = sin((north - south) / 2) ** 2
    width = sin(radians(b.lng - a.lng) / 2) ** 2
    return round(2 * RADIUS * asin(min(1.0, sqrt(height + cos(south) * cos(north) * width))))


def mercator(point: Point) -> tuple[float, float]:
    """Return the Web Mercator coordinates of a point, in metres on the equator."""
    return RADIUS * radians(point.lng), RADIUS * log(tan(pi / 4 + radians(point.lat) / 2))


def around(point: Point, radius_m: float) -> list[Box]:
    """Return Mercator boxes that contain all points within `radius_m` metres: two if they meet the antimeridian."""
    return [_mercator_box(box) for box in split(degrees_around(point, radius_m))]


def degrees_around(point: Point, radius_m: float) -> Box:
    """Return a box in degrees that contains all points within `radius_m` metres; it may pass ±180° of longitude."""
    angle = radius_m / RADIUS
    south, north = point.lat - degrees(angle), point.lat + degrees(angle)
    ratio = sin(min(angle, pi / 2)) / cos(radians(point.lat))
    reach = degrees(asin(ratio)) if ratio < 1 and max(-south, north) < 90 else 180.0
    return Box(point.lng - reach, max(-90.0, south), point.lng + reach, min(90.0, north))


def split(box: Box) -> list[Box]:
    """Return the parts of a box in degrees with longitudes from -180 to 180; `west` > `east` passes ±180°."""
    west, south, east, north = box
    if west > east:
        east += 360
    if east - west >= 360:
        return [Box(-180.0, south, 180.0, north)]
    if west < -180:
        return [Box(west + 360, south, 180.0, north), Box(-180.0, south, east, north)]
    if east > 180:
        return [Box(west, south, 180.0, north), Box(-180.0, south, east - 360, north)]
    return [box]


def mercator_boxes(box: Box) -> list[Box]:
    """Return a box in degrees as Mercator boxes: two if `west` > `east`, which passes ±180°."""
    return [_mercator_box(part) for part in split(box)]


def anchors(point: Point, boxes: Sequence[Box]) -> list[tuple[Box, tuple[float, float]]]:
    """Return each Mercator box with the coordinates of `point` from which distances in that box are measured.

    On the other side of the antimeridian these are the coordinates one world away.
    """
    x, y = mercator(point)
    return [(box, (min((x, x - WORLD, x + WORLD), key=lambda at: _gap(box, at)), y)) for box in boxes]


def _mercator_box(box: Box) -> Box:
    """Return a box in degrees in Mercator metres; latitudes beyond LIMIT become LIMIT, and a margin of 1 m is added."""
    south, north = (min(LIMIT, max(-LIMIT, lat)) for lat in (box.south, box.north))
    west_x, south_y = mercator(Point(south, box.west))
    east_x, north_y = mercator(Point(north, box.east))
    return Box(west_x - 1, south_y - 1, east_x + 1, north_y + 1)


def _gap(box: Box, x: float) -> float:
    return max(box.west - x, x - box.east, 0.0)


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
