"""Bodies of orders as Timing's and Metaia's apps send them (seeds 001 and 002)."""

from __future__ import annotations

import uuid

import pytest

from metaia.core.json import Json
from metaia.orders import privacy
from tests.support.people import PASSWORD, Person, World

TIMING: Json = {
    "items": [
        {"menu_id": 7, "menu_name": "Pad Thai", "quantity": "2", "price": "60.00", "notes": "No\npeanuts"}
    ],
    "customer_info": {"name": "Somchai", "phone": "+66812345678", "email": "somchai@example.com"},
    "total": "120.00",
    "currency": "THB",
}
METAIA: Json = {
    "orderNumber": "ORD-1",
    "items": [{"name": "Sherwani", "menuId": "60d5f48", "quantity": 1, "price": 4500.0}],
    "total": 4500,
    "notes": "Blue",
}


@pytest.fixture
def customer(world: World) -> Person:
    return world.person(name="Asha Rao")


@pytest.fixture
def tailor(world: World) -> Person:
    return world.person("tailor")


def refused(customer: Person, body: Json) -> Json:
    answer = customer.post("/api/orders", body)
    assert answer.status_code == 422, answer.text
    details: Json = answer.json()["error"]["details"]
    return details


def test_a_body_of_timing_makes_an_order(customer: Person) -> None:
    order = customer.order(**TIMING)
    item = {"id": "1", "name": "Pad Thai", "quantity": 2, "price": 60, "notes": "No\npeanuts"}
    assert (order["items"], order["total"]) == ([item], 120)
    info = order["customerInfo"]
    assert (info["name"], info["phone"], info["address"]) == ("Somchai", "+66812345678", None)


def test_a_body_of_metaia_makes_an_order(customer: Person, tailor: Person) -> None:
    order = customer.order(**METAIA, tailor=tailor.id)
    assert (order["partnerId"], order["total"], order["notes"]) == (tailor.id, 4500, "Blue")
    assert order["orderNumber"] != "ORD-1"
    assert order["items"] == [{"id": "1", "name": "Sherwani", "quantity": 1, "price": 4500}]


def test_one_partner_may_have_both_names(world: World, customer: Person, tailor: Person) -> None:
    assert customer.order(tailor=tailor.id, partnerId=tailor.id)["partnerId"] == tailor.id
    assert customer.order(tailor=None, partnerId=tailor.id)["partnerId"] == tailor.id
    assert customer.order(tailor=tailor.id, partnerId=None)["partnerId"] == tailor.id
    items = [{"name": "Suit", "quantity": 1, "price": 1}]
    other = world.person("tailor")
    assert refused(customer, {"items": items, "tailor": tailor.id, "partnerId": other.id}).keys() == {
        "tailor"
    }
    assert refused(customer, {"items": items, "tailor": "Ravi"}).keys() == {"tailor"}
    assert refused(customer, {"items": items, "tailor": customer.id}).keys() == {"partnerId"}


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ({"customer_name": "Ravi"}, "Ravi"),
        ({"customerName": "Ravi", "customerInfo": {"name": "Somchai"}}, "Somchai"),
        ({"customerName": None}, "Asha Rao"),
        ({"customerInfo": {"email": None}}, "Asha Rao"),
    ],
)
def test_a_customer_name_fills_an_empty_one(customer: Person, body: Json, name: str) -> None:
    assert customer.order(**body)["customerInfo"]["name"] == name


@pytest.mark.parametrize("total", [25, "25.00", 25.0, 24.999999999999996, None])
def test_a_total_that_agrees_is_accepted(customer: Person, total: object) -> None:
    assert customer.order(total=total)["total"] == 25


@pytest.mark.parametrize("total", [24.99, "2500", 0, 25.001])
def test_a_total_that_differs_is_a_conflict(customer: Person, total: object) -> None:
    body = {"items": [{"name": "Suit", "quantity": 2, "price": 12.5}], "total": total}
    answer = customer.post("/api/orders", body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "total_differs")
    assert answer.json()["error"]["details"] == {"total": 25, "currency": "INR"}
    assert customer.get("/api/orders").json()["data"]["orders"] == []


@pytest.mark.parametrize(
    ("item", "field"),
    [
        ({"menu_id": True}, "menuId"),
        ({"menu_id": [7]}, "menuId"),
        ({"menu_id": "x" * 101}, "menuId"),
        ({"notes": "x" * 201}, "notes"),
        ({"notes": "a\0"}, "notes"),
        ({"notes": 5}, "notes"),
        ({"menu_price": 5}, "menuPrice"),
    ],
)
def test_values_of_another_kind_are_refused(customer: Person, item: Json, field: str) -> None:
    details = refused(customer, {"items": [{"name": "Suit", "quantity": 1, "price": 1} | item]})
    assert details.keys() == {f"items.0.{field}"}


def test_notes_of_items_are_shown_to_the_parties_and_found(
    world: World, customer: Person, tailor: Person
) -> None:
    word = uuid.uuid4().hex
    item = {"name": "Suit", "quantity": 1, "price": 1, "notes": f"Initials {word}"}
    order = customer.order(items=[item], partnerId=tailor.id)
    found = tailor.get(f"/api/orders?q={word}").json()["data"]["orders"]
    assert [o["items"][0]["notes"] for o in found] == [f"Initials {word}"]
    admin = world.staff()
    listed = admin.get(f"/api/admin/orders?q={word}").json()["data"]
    assert listed[0]["items"][0]["notes"] == f"Initials {word}"
    tracked = world.call("GET", f"/api/orders/{order['id']}/status").json()["data"]
    assert tracked["items"][0].keys() == {"id", "menu_name", "quantity", "price"}


def test_notes_of_items_go_with_the_account(customer: Person, tailor: Person) -> None:
    word = uuid.uuid4().hex
    item = {"name": "Suit", "quantity": 1, "price": 1, "notes": word}
    order = tailor.act(customer.order(items=[item], partnerId=tailor.id), "reject", reason="closed")
    assert customer.call("DELETE", "/api/auth/me", {"password": PASSWORD}).status_code == 200
    privacy.erase_customers()
    shown = tailor.get(f"/api/orders/{order['id']}").json()["data"]["order"]
    assert shown["items"] == [{"id": "1", "name": "Suit", "quantity": 1, "price": 1}]
    assert tailor.get(f"/api/orders?q={word}").json()["data"]["orders"] == []


def test_an_export_has_notes_of_items_for_the_customer_only(customer: Person, tailor: Person) -> None:
    word = uuid.uuid4().hex
    customer.order(items=[{"name": "Suit", "quantity": 1, "price": 1, "notes": word}], partnerId=tailor.id)
    assert word in customer.get("/api/auth/export").text
    assert word not in tailor.get("/api/auth/export").text
