"""Polygons in degrees: whether they are simple, and which points they contain. Pure.

Sides are straight lines between longitudes and latitudes, as PostgreSQL's `polygon` sees them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from metaia.core import threads
from metaia.core.geo import Box, Point

AT_ONCE = 5  # sides that are compared with all others before other greenlets run: 1 ms
EDGE = 1e-9  # degrees, 0.1 mm: as close to an edge, a point is on it
Side = tuple[Point, Point]


def problem(ring: Sequence[Point]) -> str | None:
    """Return why points are no simple polygon: `too_few`, `antimeridian`, `crossing` or `flat`; None if they are.

    The last point may be the first one again.
    """
    points = opened(ring)
    if len(set(points)) < 3:
        return "too_few"
    sides = [(points[n - 1], points[n]) for n in range(len(points))]
    if any(abs(a.lng - b.lng) > 180 for a, b in sides):
        return "antimeridian"
    if len(set(points)) < len(points) or _crosses(sides):
        return "crossing"
    return "flat" if abs(sum(_cross(points[0], a, b) for a, b in sides)) < EDGE**2 else None


def opened(ring: Sequence[Point]) -> list[Point]:
    """Return the points of a polygon without the repetition of the first one at the end."""
    points = list(ring)
    return points[:-1] if len(points) > 1 and points[0] == points[-1] else points


def inside(ring: Sequence[Point], point: Point) -> bool:
    """Return whether a point is inside a simple polygon or on its edge, within EDGE."""
    within = False
    points = opened(ring)
    for n, b in enumerate(points):
        a = points[n - 1]
        if _on_side(a, b, point):
            return True
        if (a.lat > point.lat) != (b.lat > point.lat):
            crossing = a.lng + (point.lat - a.lat) / (b.lat - a.lat) * (b.lng - a.lng)
            within ^= point.lng < crossing
    return within


def bounds(points: Sequence[Point]) -> Box:
    """Return the smallest box in degrees that contains points."""
    lats, lngs = [each.lat for each in points], [each.lng for each in points]
    return Box(min(lngs), min(lats), max(lngs), max(lats))


def _crosses(sides: Sequence[Side]) -> bool:
    """Return whether two sides that are not neighbours meet, or neighbours fold back. Sides are sorted by longitude."""
    count = len(sides)
    found = sorted(
        (min(a.lng, b.lng), max(a.lng, b.lng), min(a.lat, b.lat), max(a.lat, b.lat), n)
        for n, (a, b) in enumerate(sides)
    )
    for place, (_, east, south, north, n) in enumerate(found):
        if place % AT_ONCE == 0:
            threads.pause()
        for other in range(place + 1, count):
            west, _, bottom, top, m = found[other]
            if west > east:
                break
            if bottom > north or top < south:
                continue
            apart = (n - m) % count
            if _folds(sides, n, m) if apart in {1, count - 1} else _meet(*sides[n], *sides[m]):
                return True
    return False


def _folds(sides: Sequence[Side], n: int, m: int) -> bool:
    """Return whether two neighbours lie on each other."""
    first, second = (n, m) if (m - n) % len(sides) == 1 else (m, n)
    (a, b), (_, c) = sides[first], sides[second]
    ahead = (b.lng - a.lng) * (c.lng - b.lng) + (b.lat - a.lat) * (c.lat - b.lat)
    return _cross(a, b, c) == 0 and ahead < 0


def _meet(a: Point, b: Point, c: Point, d: Point) -> bool:
    """Return whether two sides have a point in common."""
    one, two = _cross(a, b, c), _cross(a, b, d)
    three, four = _cross(c, d, a), _cross(c, d, b)
    if ((one > 0) != (two > 0)) and ((three > 0) != (four > 0)) and one and two and three and four:
        return True
    return any(
        turn == 0 and _between(side, point)
        for turn, side, point in ((one, (a, b), c), (two, (a, b), d), (three, (c, d), a), (four, (c, d), b))
    )


def _between(side: Side, point: Point) -> bool:
    a, b = side
    across = min(a.lng, b.lng) <= point.lng <= max(a.lng, b.lng)
    return across and min(a.lat, b.lat) <= point.lat <= max(a.lat, b.lat)


def _cross(a: Point, b: Point, c: Point) -> float:
    """Return twice the area of a triangle, positive if it turns left."""
    return (b.lng - a.lng) * (c.lat - a.lat) - (b.lat - a.lat) * (c.lng - a.lng)


def _on_side(a: Point, b: Point, point: Point) -> bool:
    length = math.hypot(b.lng - a.lng, b.lat - a.lat)
    if abs(_cross(a, b, point)) > EDGE * length:
        return False
    along = (b.lng - a.lng) * (point.lng - a.lng) + (b.lat - a.lat) * (point.lat - a.lat)
    return -EDGE * length <= along <= length * (length + EDGE)
