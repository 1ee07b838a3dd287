"""When orders arrive, as their parties see it: with each action, in events, as it was, and after erasure."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import text

from metaia.core import db
from metaia.core.json import Json
from metaia.deliveries import jobs
from metaia.orders import privacy
from metaia.products.pricing.cart import DELIVERY
from tests.orders.quotes.test_ordering import PUNE, body_of, placed, quoted
from tests.support.catalogues import add, open_shop
from tests.support.people import PASSWORD, Person, World

NEAR: Json = {"lat": 18.56, "lng": 73.85, "address": "7 Mill Road"}  # 4.4 km: 13.9 minutes by motorbike


@pytest.fixture
def shop(world: World) -> Person:
    return open_shop(world.person("tailor"), **PUNE, preparation_minutes=20)


@pytest.fixture
def ordered(shop: Person, world: World) -> Json:
    return placed(world.person(), body_of(shop, add(shop, name="Shirt", price=5), destination=NEAR))


def minutes(order: Json) -> tuple[int, ...] | None:
    """Return lowAt, at and highAt in minutes after the last change of an order."""
    if order["eta"] is None:
        return None
    since = datetime.fromisoformat(order["updatedAt"])
    times = [datetime.fromisoformat(order["eta"][name]) - since for name in ("lowAt", "at", "highAt")]
    return tuple(round(each.total_seconds() / 60) for each in times)


def get(person: Person, order: Json, query: str = "") -> Json:
    found: Json = person.get(f"/api/orders/{order['id']}{query}").json()["data"]["order"]
    return found


def test_an_order_arrives_when_its_quote_has_said(shop: Person, world: World) -> None:
    customer, shirt = world.person(), add(shop, name="Shirt", price=5)
    for body in (body_of(shop, shirt, destination=NEAR), body_of(shop, shirt)):
        low, high = quoted(customer, body)["etaMinutes"]
        order = placed(customer, body)
        found = minutes(order)
        assert found is not None
        assert (found[0], found[2]) == (low, high)
        assert found[1] == (34 if order["fulfilment"] == DELIVERY else 20)


def test_it_follows_the_actions_in_answers_and_events_and_as_it_was(
    shop: Person, ordered: Json, world: World
) -> None:
    screen, courier = shop.socket(), world.person("delivery")
    assert courier.put("/api/couriers/me/shift", {"on": True, "vehicle": "bicycle"}).ok
    then = [ordered]
    steps: list[tuple[Person, str, Json, tuple[int, ...] | None]] = [
        (shop, "accept", {"estimatedTime": 40}, (43, 54, 76)),
        (
            shop,
            "assign",
            {"deliveryPartnerId": courier.id},
            (50, 64, 89),
        ),  # the ride: 23.1 minutes by bicycle
        (shop, "ready", {"estimatedPickupTime": "soon"}, (18, 24, 33)),
        (courier, "dispatch", {}, (18, 24, 33)),
        (courier, "deliver", {}, None),
    ]
    for person, action, body, expected in steps:
        changed = person.act(ordered, action, **body)
        assert minutes(changed) == expected, action
        then.append(changed)
    sent = screen.wait("order_update", count=len(steps))
    assert [each["order"]["eta"] for each in sent[-len(steps) :]] == [each["eta"] for each in then[1:]]
    for past in then:
        assert get(shop, ordered, f"?asOf={past['updatedAt']}")["eta"] == past["eta"]


def test_it_has_nothing_of_where_its_courier_is(shop: Person, ordered: Json, world: World) -> None:
    """A courier far away and one at the door, with the same vehicle, give the same time of arrival."""
    found: list[Any] = []
    shop.act(ordered, "accept", estimatedTime=1)
    for away in (0.0, 0.3):
        courier = world.person("delivery")
        assert courier.put(
            "/api/couriers/me/shift", {"on": True, "vehicle": "walk", "lat": 18.52 + away, "lng": 73.85}
        ).ok
        found.append(minutes(shop.act(ordered, "assign", deliveryPartnerId=courier.id)))
    assert found[0] == found[1]
    stored = db.fetch_value(text("SELECT eta::text FROM orders WHERE id = :id"), {"id": ordered["id"]})
    assert "lat" not in stored
    assert "73.8" not in stored


def test_there_is_none_without_a_profile_or_a_place(shop: Person, world: World) -> None:
    customer = world.person()
    unknown = world.person("tailor")
    order = customer.order(partnerId=unknown.id)
    assert order["eta"] is None
    assert unknown.act(order, "accept", estimatedTime=30)["eta"] is None
    shirt = add(shop, name="Shirt", price=5)
    assert placed(customer, body_of(shop, shirt, destination={"address": "Somewhere"}))["eta"] is None
    assert customer.order()["eta"] is None


def test_it_is_erased_with_the_destination(shop: Person, ordered: Json, world: World) -> None:
    customer = world.person()
    order = placed(customer, body_of(shop, add(shop, name="Coat", price=5), destination=NEAR))
    shop.act(order, "reject", reason="closed")
    assert customer.call("DELETE", "/api/auth/me", {"password": PASSWORD}).status_code == 200
    privacy.erase_customers()
    rows = text("SELECT id FROM orders WHERE eta IS NOT NULL AND id = ANY(CAST(:ids AS uuid[]))")
    kept = db.fetch_all(rows, {"ids": [order["id"], ordered["id"]]})
    assert [str(row.id) for row in kept] == [ordered["id"]]


def test_couriers_see_when_an_open_delivery_is_ready(shop: Person, ordered: Json, world: World) -> None:
    courier = world.person("delivery")
    assert courier.put("/api/couriers/me/shift", {"on": True, "vehicle": "bicycle"}).ok
    screen = courier.socket()
    accepted = shop.act(ordered, "accept", estimatedTime=40)
    called = shop.act(accepted, "request-courier")
    path = f"/api/deliveries/{called['delivery']['id']}"

    def ready() -> float:
        shown = courier.get(path).json()["data"]["delivery"]
        assert shown["expiresAt"] is None  # all couriers are asked
        return (
            datetime.fromisoformat(shown["readyAt"]) - datetime.fromisoformat(accepted["updatedAt"])
        ).seconds

    assert ready() == 40 * 60
    jobs.advance()
    (offer,) = screen.wait("delivery:offer", where=lambda data: data["id"] == called["delivery"]["id"])
    assert offer["readyAt"] == courier.get(path).json()["data"]["delivery"]["readyAt"]
    assert offer["expiresAt"] is None
    shop.act(called, "ready")
    assert ready() < 40 * 60
