"""Where partners deliver: the settings, and that the directory, the page and the rules agree."""

from __future__ import annotations

import random

import pytest

from metaia.core import geo
from metaia.core.geo import Point
from metaia.shops import queries
from metaia.shops.directory import service as directory
from metaia.shops.terms import Terms, delivery_terms
from tests.support.people import World
from tests.support.shops import ME, listed, open_shop, own

# Its shops are alone there. The second place is at the antimeridian.
PLACES = (Point(-47.0, -20.0), Point(-16.8, 179.98))


def settings(**given):
    return {"deliveryBy": "pool"} | given


def near(place: Point, north: float, east: float) -> dict[str, float]:
    """Return a place that is some degrees away, also across ±180°."""
    return {"lat": place.lat + north, "lng": (place.lng + east + 540) % 360 - 180}


@pytest.mark.parametrize("place", PLACES, ids=["ocean", "antimeridian"])
def test_the_directory_lists_the_shops_that_deliver_to_a_place(app, world: World, place: Point):
    """Enatega 689, TI 421: list, page and rules have the same answer and the same terms, for 30 random places."""
    square = [
        near(place, -0.06, -0.01),
        near(place, -0.06, 0.01),
        near(place, 0.02, 0.01),
        near(place, 0.02, -0.01),
    ]
    tiers = [{"upToKm": 2, "minimum": 5, "fee": 1}, {"upToKm": 4.5, "fee": 3, "freeFrom": 40}]
    deliveries = [
        settings(area={"kind": "radius", "km": 3}),
        settings(area={"kind": "radius", "km": 9}, tiers=tiers),
        settings(area={"kind": "polygon", "points": square}),
        settings(area={"kind": "polygon", "points": square}, tiers=tiers),
        settings(tiers=tiers),
        settings(area={"kind": "postalCodes", "values": ["BS1 4DJ"]}),
        {"deliveryBy": "none"},
    ]
    shops = {}
    for delivery in deliveries:
        partner = world.person("vendor")
        if "points" in (delivery.get("area") or {}) and place.lng > 179.9:
            assert partner.put(f"{ME}/delivery", delivery).status_code in {404, 422}  # it crosses ±180°
            continue
        shops[partner.id] = open_shop(
            partner, location={"lat": place.lat, "lng": place.lng}, delivery=delivery
        )
    chance, compared = random.Random(7), 0
    for n in range(30):
        to = near(place, chance.uniform(-0.09, 0.09), chance.uniform(-0.06, 0.06))
        text = f"{to['lat']:.9f},{to['lng']:.9f}"
        there = Point(*map(float, text.split(",")))
        with app.app_context():
            query = {"delivers_to": there, "radius_km": 10.0, "sort": None, "limit": 100, "cursor": None}
            shown, _ = directory.page(None, query)
            rules = {each: delivery_terms(shop, there) for each, shop in queries.by_ids(list(shops)).items()}
        found = {each["id"]: each for each in shown if each["id"] in shops}
        assert found.keys() == {each for each, terms in rules.items() if isinstance(terms, Terms)}
        distances = [each["distanceKm"] for each in found.values()]
        assert distances == sorted(distances)
        for partner_id, terms in rules.items():
            if isinstance(terms, Terms):
                assert found[partner_id]["delivery"]["fee"] == terms.fee / 100
                compared += 1
        if n < 2:  # over HTTP it is the same
            for partner_id in shops:
                delivery = page(world, partner_id, deliversTo=text)["delivery"]
                assert delivery["available"] == (partner_id in found)
                assert partner_id not in found or delivery == found[partner_id]["delivery"]
    assert compared > 15
    by_code = [each["id"] for each in listed(world, deliversTo="bs14dj") if each["id"] in shops]
    assert [shops[each]["deliverySettings"]["area"]["values"] for each in by_code] == [["BS1 4DJ"]]


def test_limits_include_their_own_value(world: World):
    partner, here, there = world.person("vendor"), Point(-48.0, -21.0), Point(-48.0, -21.03)
    km = geo.metres(here, there) / 1000
    for reach, available in ((km, True), (km - 0.001, False)):
        open_shop(
            partner,
            location={"lat": here.lat, "lng": here.lng},
            delivery=settings(area={"kind": "radius", "km": reach}),
        )
        shown = page(world, partner.id, deliversTo=f"{there.lat},{there.lng}")
        assert (shown["delivery"]["available"], shown["distanceKm"]) == (available, km)


def test_bad_delivery_settings_are_refused(world: World):
    partner = world.person("vendor")
    open_shop(partner, currency="JPY")
    point = {"lat": 1, "lng": 1}
    corners = [{"lat": 0, "lng": 0}, {"lat": 1, "lng": 1}, {"lat": 0, "lng": 1}, {"lat": 1, "lng": 0}]
    table = [
        {"deliveryBy": "drone"},
        settings(area={"kind": "radius"}),
        settings(area={"kind": "radius", "km": 50.001}),
        settings(area={"kind": "radius", "km": 0}),
        settings(area={"kind": "radius", "km": 3, "values": ["1"]}),
        settings(area={"kind": "polygon", "points": [point] * 201}),
        settings(area={"kind": "polygon", "points": [point] * 3}),
        settings(area={"kind": "polygon", "points": corners}),
        settings(area={"kind": "polygon", "points": [{"lat": 91, "lng": 181}] * 3}),
        settings(area={"kind": "postalCodes", "values": []}),
        settings(area={"kind": "postalCodes", "values": ["1"] * 501}),
        settings(area={"kind": "postalCodes", "values": ["ß" * 16]}),  # 32 letters in capitals
        settings(area={"kind": "postalCodes", "values": ["-"]}),
        settings(tiers=[{"upToKm": 2, "fee": 1}, {"upToKm": 2, "fee": 2}]),
        settings(tiers=[{"upToKm": None, "fee": 1}, {"upToKm": 2, "fee": 2}]),
        settings(tiers=[{"upToKm": 2, "fee": 1.5}]),  # yen have no decimals
        settings(tiers=[{"upToKm": 2, "fee": -1}]),
        settings(tiers=[{"upToKm": n + 1, "fee": 1} for n in range(11)]),
        settings(proof={"code": "maybe"}),
    ]
    for body in table:
        assert partner.put(f"{ME}/delivery", body).status_code == 422, body
    kept = own(partner.put(f"{ME}/delivery", settings(proof={"photo": True}, courierCall="accepted")))
    assert kept["deliverySettings"] == {
        "deliveryBy": "pool", "area": None, "tiers": [], "taxRateId": None, "courierCall": "accepted",
        "proof": {"code": False, "photo": True, "signature": False},
    }  # fmt: skip


def test_places_with_the_smallest_numbers_are_at_zero(world: World):
    """Trap 7: PostgreSQL computes with coordinates, and refuses to multiply numbers that become 0."""
    partner, tiny = world.person("vendor"), {"lat": 5e-324, "lng": 1e-200}
    assert open_shop(partner, location=tiny, delivery=settings())["location"] == {"lat": 0, "lng": 0}
    for query in ({"near": "0,0"}, {"deliversTo": "0,0"}):
        assert partner.id in {each["id"] for each in listed(world, **query)}, query


def page(world: World, partner_id: str, **query):
    answer = world.call("GET", f"/api/partners/{partner_id}", params=query)
    assert answer.ok, answer.text
    return answer.json()["data"]["partner"]
