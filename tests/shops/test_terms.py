"""Delivery areas and their tiers."""

from __future__ import annotations

from typing import Any

from metaia.core import geo
from metaia.core.geo import Point
from metaia.shops import polygons
from metaia.shops.terms import Refused, Terms, delivery_terms
from tests.shops.shapes import shop, tier
from tests.support.turns import longest_share

HOME, NEAR, FAR = Point(48.8566, 2.3522), Point(48.86, 2.36), Point(48.95, 2.5)
SQUARE = [[48.8, 2.3], [48.8, 2.4], [48.9, 2.4], [48.9, 2.3]]


def test_the_first_tier_that_reaches_a_place_sets_the_terms():
    near, far = (geo.metres(HOME, place) for place in (NEAR, FAR))
    tiers = [tier(near, fee=200, free_from=3000), tier(far, fee=500, minimum=2000)]
    found = delivery_terms(shop(tiers=tiers, minimum_order=1500), NEAR)
    assert found == Terms(near, 200, 1500, 3000, near)  # a limit includes its own value
    assert [found.fee_for(2999), found.fee_for(3000)] == [200, 0]
    assert delivery_terms(shop(tiers=tiers, minimum_order=1500), FAR) == Terms(far, 500, 2000, None, far)
    tiers[1]["up_to_m"] = far - 1
    assert delivery_terms(shop(tiers=tiers), FAR) == Refused("outside_delivery_area", far)


def test_each_kind_of_area_has_its_limits():
    near = geo.metres(HOME, NEAR)
    circle, square = {"kind": "radius", "radius_m": near}, {"kind": "polygon", "points": SQUARE}
    codes: dict[str, Any] = {"area": {"kind": "postalCodes"}, "postal_codes": ["75001"]}
    # what the shop has, the place, the postal code, the refusal
    table: list[tuple[dict[str, Any], Point | None, str | None, str | None]] = [
        ({"area": circle}, NEAR, None, None),
        ({"area": circle | {"radius_m": near - 1}}, NEAR, None, "outside_delivery_area"),
        ({"area": circle}, None, "75001", "location_needed"),
        ({"area": square}, NEAR, None, None),
        ({"area": square}, FAR, None, "outside_delivery_area"),
        ({"area": square}, Point(48.8, 2.35), None, None),  # on the edge
        ({"area": square, "lat": None, "lng": None}, NEAR, None, None),
        (codes, None, "75 001", None),
        (codes, NEAR, None, "location_needed"),
        (codes, None, "75002", "outside_delivery_area"),
        (codes | {"tiers": [tier(1000)]}, None, "75001", "location_needed"),
        (codes | {"tiers": [tier(1000), tier(None, fee=3)]}, None, "75001", None),
        ({}, FAR, None, None),
        ({"delivery_by": "none"}, NEAR, None, "no_delivery"),
        ({"fulfilments": ["pickup"]}, NEAR, None, "no_delivery"),
    ]
    for values, place, code, refusal in table:
        found = delivery_terms(shop(**values), place, code)
        assert getattr(found, "code", None) == refusal, (values, place, code)


def test_only_simple_polygons_are_areas():
    table = {
        "too_few": [(0, 0), (0, 1), (0, 0)],
        "crossing": [(0, 0), (1, 1), (0, 1), (1, 0)],
        "antimeridian": [(0, 179), (0, -179), (1, 179)],
        None: [(0, 0), (0, 1), (1, 1), (1, 0), (0, 0)],
    }
    for problem, ring in table.items():
        assert polygons.problem([Point(*each) for each in ring]) == problem
    fold, line = [(0, 0), (0, 2), (0, 1), (1, 1)], [(0, 0), (0, 1), (0, 2)]
    touching = [(0, 0), (0, 4), (2, 2), (4, 4), (4, 0), (0, 2)]  # a corner on a side that is no neighbour
    for ring in (fold, line, touching, [(0, 0), (2, 2), (0, 2), (2, 2), (2, 0)]):
        assert polygons.problem([Point(*each) for each in ring]) == "crossing", ring


def test_a_polygon_of_many_sides_does_not_hold_up_others():
    """Its sides are long and close together, so that each is compared with each."""
    comb = [
        Point(n * 0.0005 + end, end - n * 0.0005) for n in range(99) for end in ((1, 0) if n % 2 else (0, 1))
    ]
    ring = [*comb, Point(-1.0, -1.5)]
    assert polygons.problem(ring) is None
    assert longest_share(lambda: polygons.problem(ring), 1 / 8) < 1 / 8
