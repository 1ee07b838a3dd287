"""Changes of shops that are sent twice: with a key they get the first answer, and some need no key."""

from __future__ import annotations

from typing import Any

import pytest

from metaia.core.json import Json
from tests.support.catalogues import add
from tests.support.people import Person, World
from tests.support.shops import ME, open_shop

HOURS = {"timeZone": "Europe/Paris", "weekly": {"mon": [{"from": "09:00", "to": "12:00"}]}}


def twice(person: Person, method: str, path: str, body: Json | None = None, **headers: str) -> list[Any]:
    """Send a request twice with one key; return the statuses and versions of both answers."""
    headers["Idempotency-Key"] = f"{method} {path}"
    first, again = (person.call(method, path, body, headers=headers) for _ in range(2))
    assert first.ok, first.text
    assert again.headers.get("Idempotency-Replayed") == "true"
    return [first, again]


@pytest.fixture
def shop(world: World) -> Person:
    partner = world.person("vendor")
    open_shop(partner)
    return partner


@pytest.mark.parametrize(("part", "body"), [("hours", HOURS), ("delivery", {"deliveryBy": "own"})])
def test_settings_that_are_sent_again_do_not_meet_their_own_version(
    shop: Person, part: str, body: Json
) -> None:
    version = shop.get(ME).json()["data"]["partner"]["version"]
    body = body | {"expectedVersion": version}
    first, again = twice(shop, "PUT", f"{ME}/{part}", body)
    assert (
        again.json()["data"]["partner"]["version"]
        == first.json()["data"]["partner"]["version"]
        == version + 1
    )
    assert shop.put(f"{ME}/{part}", body).status_code == 409  # another request


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("product", {"name": "Shirt", "price": 5}),
        ("section", {"name": "Lunch"}),
        ("modifierGroup", {"name": "Monogram", "kind": "text", "maxLength": 10}),
        ("taxRate", {"name": "GST", "rate": 5, "included": True}),
    ],
)
def test_a_deletion_that_is_sent_again_finds_its_answer(shop: Person, kind: str, given: Json) -> None:
    paths = {
        "product": "products",
        "section": "sections",
        "modifierGroup": "modifier-groups",
        "taxRate": "tax-rates",
    }
    made = add(shop, **given) if kind == "product" else add(shop, kind, **given)
    path = f"/api/{paths[kind]}/{made['id']}"
    first, again = twice(shop, "DELETE", path, **{"If-Match": f'"{made["version"]}"'})  # type: ignore[arg-type]
    assert again.json()["data"] == first.json()["data"]


def test_a_late_tap_that_is_repeated_does_not_undo_a_later_one(shop: Person) -> None:
    path = f"/api/products/{add(shop, name='Shirt', price=5)['id']}/availability"
    key = {"Idempotency-Key": "tap"}
    assert shop.patch(path, {"available": False}, headers=key).ok
    assert shop.patch(path, {"available": True}).ok  # on another device
    assert shop.patch(path, {"available": False}, headers=key).ok  # the answer was lost
    product = shop.get(path.removesuffix("/availability")).json()["data"]["product"]
    assert product["available"] is True


def test_an_order_of_sections_that_is_repeated_does_not_undo_a_later_one(shop: Person) -> None:
    ids = [add(shop, "section", name=name)["id"] for name in ("Lunch", "Dinner")]
    key = {"Idempotency-Key": "order"}
    assert shop.put("/api/sections/order", {"ids": ids[::-1]}, headers=key).ok
    assert shop.put("/api/sections/order", {"ids": ids}).ok
    assert shop.put("/api/sections/order", {"ids": ids[::-1]}, headers=key).ok
    listed = shop.get("/api/sections", params={"partnerId": shop.id}).json()["data"]["sections"]
    assert [each["id"] for each in listed] == ids


def test_what_states_a_result_needs_no_key(shop: Person, world: World) -> None:
    customer, courier = world.person(), world.person("delivery")
    assert shop.post(f"{ME}/couriers", {"email": courier.user["email"]}).ok
    steps = [
        (customer, "PUT", f"/api/partners/{shop.id}/follow"),
        (customer, "DELETE", f"/api/partners/{shop.id}/follow"),
        (courier, "PUT", f"/api/couriers/me/fleets/{shop.id}"),
        (courier, "DELETE", f"/api/couriers/me/fleets/{shop.id}"),
        (shop, "DELETE", f"{ME}/couriers/{courier.id}"),
    ]
    for person, method, path in steps:
        first, again = (person.call(method, path) for _ in range(2))
        assert (again.status_code, again.json()["data"]) == (200, first.json()["data"]), path
