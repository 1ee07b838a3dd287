"""The tax of delivery fees: a rate of the shop, chosen with its delivery settings."""

from __future__ import annotations

from typing import Any

import pytest

from metaia.core.ids import new_id
from metaia.core.json import Json
from tests.support.catalogues import add, open_shop
from tests.support.people import Person, World

PLACE: Json = {"lat": 18.52, "lng": 73.85}
SETTINGS: Json = {
    "deliveryBy": "pool",
    "area": {"kind": "radius", "km": 8},
    "tiers": [{"upToKm": 8, "fee": 40, "freeFrom": 500}],
}
DELIVERY = "/api/partners/me/delivery"


@pytest.fixture
def shop(world: World) -> Person:
    return open_shop(world.person("tailor"), **PLACE)


@pytest.fixture
def rate(shop: Person) -> str:
    return str(add(shop, "taxRate", name="GST", rate=10, included=False)["id"])


def choose(shop: Person, rate_id: str | None) -> Any:
    return shop.put(DELIVERY, SETTINGS | {"taxRateId": rate_id})


def quote(world: World, shop: Person, *items: Json) -> Json:
    body = {"partnerId": shop.id, "items": items, "destination": PLACE | {"address": "Near"}}
    answer = world.person().post("/api/orders/quote", body)
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()["data"]["quote"]
    return found


def test_a_fee_is_taxed_once_with_the_goods_of_its_rate(world: World, shop: Person, rate: str) -> None:
    taxed = add(shop, name="Shirt", price=100.05, taxRateId=rate)
    plain = add(shop, name="Bag", price=100)
    assert choose(shop, rate).json()["data"]["partner"]["deliverySettings"]["taxRateId"] == rate
    items = [{"productId": each["id"], "quantity": 1} for each in (taxed, plain)]
    found = quote(world, shop, *items)
    assert found["fees"] == [{"code": "delivery", "name": "Delivery", "amount": 40, "taxRate": 10}]
    assert found["taxLines"] == [
        {"name": "GST", "rate": 10, "base": 140.05, "amount": 14.01, "included": False}  # not 10.01 and 4.00
    ]
    assert found["total"] == 254.06
    assert quote(world, shop, items[1])["total"] == 144
    free = quote(world, shop, items[1] | {"quantity": 5})
    assert (free["fees"][0]["amount"], free["taxLines"], free["total"]) == (0, [], 500)
    by_hand = quote(world, shop, {"name": "Repair", "quantity": 1, "price": 60})
    assert (by_hand["taxLines"][0]["base"], by_hand["tip"]) == (40, 0)


def test_a_tax_that_the_fee_contains_is_taken_out_of_it(world: World, shop: Person) -> None:
    rate = add(shop, "taxRate", name="GST", rate=5, included=True)["id"]
    bag = add(shop, name="Bag", price=100)
    assert choose(shop, rate).ok
    found = quote(world, shop, {"productId": bag["id"], "quantity": 1})
    assert (found["total"], found["taxLines"][0]["amount"]) == (140, 1.9)
    assert choose(shop, None).ok
    assert quote(world, shop, {"productId": bag["id"], "quantity": 1})["taxLines"] == []


def test_saving_tiers_alone_keeps_the_tax_of_the_fee(shop: Person, rate: str) -> None:
    """Clients of before fees were taxed leave `taxRateId` out."""
    assert choose(shop, rate).ok
    for sent, expected in (({}, rate), ({"taxRateId": None}, None), ({}, None)):
        saved = shop.put(DELIVERY, SETTINGS | sent).json()["data"]["partner"]["deliverySettings"]
        assert saved["taxRateId"] == expected, sent


def test_only_an_active_rate_of_the_shop_is_taken(world: World, shop: Person, rate: str) -> None:
    other = open_shop(world.person("vendor"))
    foreign = add(other, "taxRate", name="VAT", rate=20, included=True)["id"]
    for wrong in (foreign, new_id(), "x", 7, [rate]):
        answer = choose(shop, wrong)  # type: ignore[arg-type]
        assert (answer.status_code, answer.json()["error"]["code"]) == (422, "invalid")
        assert "taxRateId" in answer.json()["error"]["details"]
    assert choose(shop, rate).ok
    refused = shop.delete(f"/api/tax-rates/{rate}")
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "tax_rate_used")
    assert choose(shop, None).ok
    assert shop.delete(f"/api/tax-rates/{rate}").ok
    assert choose(shop, rate).status_code == 422
