"""Distances, Mercator boxes and the antimeridian."""

from __future__ import annotations

import math
import random

from metaia.core import geo
from metaia.core.geo import Box, Point


def places(count: int) -> list[Point]:
    """Return places all over the globe, and on its edges."""
    chance = random.Random(51)
    corners = [
        Point(lat, lng) for lat in (-85.0, 0.0, 85.0) for lng in (-180.0, -179.999, 0.0, 179.999, 180.0)
    ]
    return corners + [Point(chance.uniform(-85, 85), chance.uniform(-180, 180)) for _ in range(count)]


def moved(start: Point, metres: float, bearing: float) -> Point:
    """Return the place at a distance and bearing from another one."""
    angle, lat = metres / geo.RADIUS, math.radians(start.lat)
    end = math.asin(math.sin(lat) * math.cos(angle) + math.cos(lat) * math.sin(angle) * math.cos(bearing))
    east = math.atan2(
        math.sin(bearing) * math.sin(angle) * math.cos(lat), math.cos(angle) - math.sin(lat) * math.sin(end)
    )
    lng = (start.lng + math.degrees(east) + 540) % 360 - 180
    return Point(math.degrees(end), lng)


def within(box: Box, x: float, y: float) -> bool:
    return box.west <= x <= box.east and box.south <= y <= box.north


def test_distances_are_great_circles():
    paris, london = Point(48.8566, 2.3522), Point(51.5074, -0.1278)
    assert geo.metres(paris, london) == 343_557
    assert geo.metres(Point(0, 179.5), Point(0, -179.5)) == round(math.radians(1) * geo.RADIUS)
    assert geo.metres(paris, paris) == 0
    assert geo.metres(Point(0, 0), Point(0, 180)) == round(math.pi * geo.RADIUS)


def test_boxes_contain_all_places_within_the_radius():
    chance = random.Random(52)
    for centre in places(500):
        for radius in (1, 5_000, 50_000):
            boxes = geo.around(centre, radius)
            assert 1 <= len(boxes) <= 2
            for _ in range(8):
                other = moved(centre, radius * chance.random() ** 0.1, chance.uniform(0, 2 * math.pi))
                if abs(other.lat) > geo.LIMIT:
                    continue
                assert any(within(box, *geo.mercator(other)) for box in boxes), (centre, other, radius)


def test_anchors_measure_across_the_antimeridian():
    near = Point(10, 179.99)
    (east, (here, _)), (west, (there, _)) = geo.anchors(near, geo.around(near, 20_000))
    assert east.east >= geo.WORLD / 2
    assert west.west <= -geo.WORLD / 2
    assert here - there == geo.WORLD
    assert geo.anchors(Point(10, 20), geo.around(Point(10, 20), 20_000))[0][1] == geo.mercator(Point(10, 20))


def test_boxes_in_degrees_pass_the_antimeridian():
    assert geo.split(Box(170, 0, -170, 1)) == [Box(170, 0, 180, 1), Box(-180, 0, -170, 1)]
    assert geo.split(Box(-190, 0, -170, 1)) == [Box(170, 0, 180, 1), Box(-180, 0, -170, 1)]
    assert geo.split(Box(-200, 0, 200, 1)) == [Box(-180, 0, 180, 1)]
    assert geo.split(Box(1, 0, 2, 1)) == [Box(1, 0, 2, 1)]
