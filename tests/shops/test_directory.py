"""The directory: its filters, its orders, its pages, and the plans of its selects."""

from __future__ import annotations

import math
import random
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text

from metaia.core import db, geo
from metaia.core.geo import Point
from metaia.shops.directory import queries as directory
from tests.support.people import World
from tests.support.plans import statements, whole_scans
from tests.support.shops import PARIS, insert_shops, listed, open_shop

CENTRES = (Point(-16.5, 179.97), Point(84.8, -40.0), Point(-84.9, 20.0), Point(-45.0, -30.0))
RADII = (1.0, 7.5, 30.0)


def scattered(chance: random.Random, centre: Point, count: int) -> list[Point]:
    """Return places within some 40 km of a centre, also across ±180°."""
    reach = 0.4
    stretch = reach / math.cos(math.radians(centre.lat))
    found = []
    for _ in range(count):
        lng = (centre.lng + chance.uniform(-stretch, stretch) + 540) % 360 - 180
        lat = min(geo.LIMIT, max(-geo.LIMIT, centre.lat + chance.uniform(-reach, reach)))
        found.append(Point(lat, lng))
    return found


def nearest(place: Point, km: float) -> list[str]:
    """Return the ids of all shops around a place, page by page."""
    found: list[str] = []
    filters, cursor = {"near": place, "radius_m": round(km * 1000)}, None
    while True:
        rows, cursor = directory.page(None, dict(filters), sort="distance", limit=17, cursor=cursor)
        found += [row.shop.user_id for row in rows]
        if cursor is None:
            return found


def test_lists_by_distance_are_those_of_brute_force(app, world: World):
    """Exactly the shops in the radius; in the order of their distances up to 2 %, which is that of a Mercator map."""
    chance = random.Random(9)
    for centre in CENTRES:
        places = insert_shops(app, scattered(chance, centre, 120))
        for asked in (centre, *scattered(chance, centre, 2)):
            for km in RADII:
                near = f"{asked.lat:.9f},{asked.lng:.9f}"
                place = Point(*map(float, near.split(",")))
                with app.app_context():
                    found = [each for each in nearest(place, km) if each in places]
                inside = {each for each, at in places.items() if geo.metres(place, at) <= km * 1000}
                assert len(found) == len(set(found))
                assert set(found) == inside, (asked, km)
                if abs(centre.lat) > 70:  # near the poles the scale of the map changes within the radius
                    continue
                distances = [geo.metres(place, places[each]) for each in found]
                worst = max((a - b for n, a in enumerate(distances) for b in distances[n + 1 :]), default=0)
                assert worst <= 0.02 * km * 1000 + 1, (asked, km)


def test_filters_select_what_they_state(app, world: World):
    at = {"lat": -30.0, "lng": -25.0}
    week: dict[str, Any] = {"weekly": {}}
    tiers = [{"upToKm": 3, "fee": 2, "freeFrom": 30}]
    people = [world.person("vendor") for _ in range(4)]
    plain, closed, rich, pick = (person.id for person in people)
    open_shop(people[0], location=at, tags=["linen"], category="tailor", businessName="Crème & Soie")
    open_shop(people[1], location=at, hours=week, priceLevel=2, category="bakery", businessName="A bakery")
    delivery = {"deliveryBy": "own", "tiers": tiers}
    open_shop(people[2], location=at, priceLevel=4, delivery=delivery, tags=["linen", "silk"])
    open_shop(people[3], location=at, fulfilments=["pickup"], businessName="कुर्ता घर")
    with app.app_context(), db.transaction():
        db.execute(
            text("UPDATE rating_totals SET counts = '{0,0,1,0,3}' WHERE subject_id = :id"), {"id": rich}
        )
        db.execute(
            text("UPDATE rating_totals SET counts = '{0,0,0,3,2}' WHERE subject_id = :id"), {"id": pick}
        )
        db.execute(text("UPDATE follower_totals SET followers = 5 WHERE partner_id = :id"), {"id": pick})
    every = {plain, closed, rich, pick}
    box = "-25.5,-30.5,-24.5,-29.5"
    table: list[tuple[dict[str, Any], set[str]]] = [
        ({"near": "-30,-25"}, every),
        ({"bbox": box}, every),
        ({"bbox": "170,-31,-170,-29"}, set()),
        ({"bbox": box, "open": True}, every - {closed}),
        ({"bbox": box, "category": "tailor"}, {plain}),
        ({"bbox": box, "tags": "linen"}, {plain, rich}),
        ({"bbox": box, "tags": "linen,silk"}, {rich}),
        ({"bbox": box, "priceLevel": "2,4"}, {closed, rich}),
        ({"bbox": box, "minRating": 4.5}, {rich}),
        ({"bbox": box, "minRating": 4.51}, set()),
        ({"bbox": box, "minRating": 4.4}, {rich, pick}),
        ({"bbox": box, "fulfilment": "delivery"}, every - {pick}),
        ({"bbox": box, "freeDelivery": True}, {plain, closed, rich}),
        ({"bbox": box, "q": "creme"}, {plain}),
        ({"bbox": box, "q": "CRÈME so"}, {plain}),
        ({"bbox": box, "q": "कुर्"}, {pick}),
        ({"bbox": box, "q": "..."}, set()),
        ({"q": "creme soie", "sort": "-rating"}, {plain}),
    ]
    for query, expected in table:
        found = [each["id"] for each in listed(world, **query) if each["id"] in every]
        assert set(found) == expected, query
        assert len(found) == len(expected), query
    for sort, first in (("-rating", rich), ("-popularity", pick), ("name", closed), ("-createdAt", pick)):
        assert listed(world, bbox=box, sort=sort)[0]["id"] == first, sort
    [shown] = [each for each in listed(world, bbox=box) if each["id"] == rich]
    assert (shown["rating"], shown["following"]) == ({"average": 4.5, "count": 4}, None)


def test_pages_of_each_order_have_every_partner_once(app, world: World):
    places = insert_shops(app, [Point(-31 + n / 1000, -27) for n in range(23)])
    for sort in ("distance", "-rating", "-popularity", "name", "-createdAt"):
        found = listed(world, near="-31,-27", sort=sort, limit=5)
        assert sorted(each["id"] for each in found) == sorted(places), sort


def test_bad_questions_are_refused(world: World):
    table = [
        {"near": "91,181"}, {"near": "86,0"}, {"near": "1"}, {"near": "NaN,1"}, {"near": "1e400,1"}, {"near": "1,2,3"},
        {"near": "٤٨,2"}, {"near": "48,2", "radiusKm": 50.1}, {"near": "48,2", "radiusKm": 0}, {"sort": "distance"},
        {"sort": "distance", "deliversTo": "75001"}, {"deliversTo": "!"}, {"deliversTo": "91,0"}, {"bbox": "1,2,3"},
        {"bbox": "0,2,1,1"}, {"bbox": "0,0,181,1"}, {"minRating": 6}, {"priceLevel": "5"}, {"sort": "-distance"},
        {"cursor": "forged"}, {"limit": 101}, {"q": "x" * 101}, {"fulfilment": "drone"}, {"tags": ",".join("x" * 21)},
    ]  # fmt: skip
    for query in table:
        assert world.call("GET", "/api/partners", params=query).status_code == 422, query
    assert world.call("GET", "/api/partners", params={"followed": "true"}).status_code == 403


def test_a_list_with_a_token_states_what_its_reader_may_do(world: World):
    partner = world.person("tailor")
    made = open_shop(partner, location=PARIS)
    shown = partner.get(f"/api/partners/{made['slug']}").json()["data"]["partner"]
    assert (shown["allowedActions"], shown["following"]) == (["hide", "pause"], False)
    assert world.person().get(f"/api/partners/{partner.id}").json()["data"]["partner"]["allowedActions"] == []


# A question, and the index that its select walks or asks.
PLANS: list[tuple[str, dict[str, Any], str]] = [
    ("distance", {"near": Point(48.85, 2.35), "radius_m": 5000}, "ix_partner_profiles_geo_point"),
    (
        "distance",
        {"near": Point(48.85, 2.35), "radius_m": 5000, "q": "shop", "open": True},
        "profiles_geo_point",
    ),
    ("distance", {"delivers_to": Point(48.85, 2.35), "radius_m": 1}, "ix_partner_profiles_area_box"),
    ("-popularity", {"delivers_to": "75001", "radius_m": 1}, "ix_partner_profiles_postal_codes"),
    ("-popularity", {"q": "zyzzyva", "radius_m": 1}, "Index"),
    ("-rating", {"radius_m": 1}, "ix_rating_totals_score"),
    ("-popularity", {"radius_m": 1}, "ix_follower_totals_followers"),
    ("name", {"radius_m": 1}, "ix_partner_profiles_name"),
    ("-createdAt", {"radius_m": 1}, "ix_partner_profiles_created_at"),
]


def test_no_list_scans_a_whole_table(app, world: World):
    insert_shops(app, [Point(-20 + n / 1000, -15 + n / 500) for n in range(300)])
    with app.app_context():
        with db.transaction():
            db.execute(text("ANALYZE partner_profiles, rating_totals, follower_totals, users"))
        for sort, filters, index in PLANS:
            with statements() as found:
                directory.page(None, dict(filters), sort=sort, limit=20, cursor=None)
            assert whole_scans(found) == [], sort
            assert index in "\n".join(explained(found)), (sort, filters)


def explained(found: list[tuple[str, Any]]) -> list[str]:
    """Return the lines of the plans of statements."""
    lines: list[str] = []
    with db.transaction() as unit:
        db.execute(text("SET LOCAL enable_seqscan = off"))
        for statement, parameters in found:
            lines += unit.connection.exec_driver_sql(f"EXPLAIN {statement}", parameters).scalars().all()
    return lines


def test_an_hour_is_in_the_list_until_its_last_order(app, world: World):
    """The filter `open` is the same as the page, at the boundary of an hour."""
    partner = world.person("vendor")
    week = {
        day: [{"from": "00:00", "to": "24:00"}] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    }
    made = open_shop(partner, location={"lat": -33.0, "lng": -28.0}, hours={"weekly": week})
    assert made["availability"] == "open"
    assert [each["id"] for each in listed(world, near="-33,-28", open=True)] == [partner.id]
    tomorrow = datetime.fromisoformat(made["updatedAt"]) + timedelta(days=1)
    days = [(tomorrow + timedelta(days=n)).date().isoformat() for n in (-2, -1, 0)]
    closed = {"weekly": week, "exceptions": [{"date": day} for day in days]}
    assert open_shop(partner, location={"lat": -33.0, "lng": -28.0}, hours=closed)["availability"] == "closed"
    assert listed(world, near="-33,-28", open=True) == []
