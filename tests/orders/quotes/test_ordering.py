"""Orders of products: prices of the catalogue, frozen; stock and coupons taken once and given back once."""

from __future__ import annotations

from typing import Any

import pytest
from gevent.pool import Pool
from sqlalchemy import func, select, update

from metaia.core import db
from metaia.core.json import Json
from metaia.core.times import now
from metaia.orders import service
from metaia.orders.models import OrderRow
from metaia.products.coupons import queries as coupon_queries
from metaia.products.models import VariantRow
from tests.support.catalogues import add, changed, open_shop
from tests.support.people import Person, World

PUNE: Json = {"lat": 18.52, "lng": 73.85}
FAR: Json = {"lat": 19.07, "lng": 72.87}
TIERS = [
    {"up_to_m": 3_000, "minimum": 10_00, "fee": 40_00, "free_from": 100_00},
    {"up_to_m": 8_000, "minimum": 30_00, "fee": 60_00, "free_from": None},
]


@pytest.fixture
def shop(world: World) -> Person:
    partner = world.person("tailor")
    area = {"kind": "radius", "radius_m": 8_000}
    return open_shop(partner, **PUNE, area=area, tiers=TIERS)


@pytest.fixture
def customer(world: World) -> Person:
    return world.person(name="Asha Rao")


def body_of(shop: Person, *products: Json, **more: Any) -> Json:
    items = [{"productId": product["id"], "quantity": 1} for product in products]
    return {"partnerId": shop.id, "items": items} | more


def placed(customer: Person, body: Json, **headers: str) -> Json:
    answer = customer.post("/api/orders", body, headers=headers)
    assert answer.status_code == 201, answer.text
    order: Json = answer.json()["data"]["order"]
    return order


def quoted(customer: Person, body: Json) -> Json:
    answer = customer.post("/api/orders/quote", body)
    assert answer.status_code == 200, answer.text
    quote: Json = answer.json()["data"]["quote"]
    return quote


def refused(customer: Person, body: Json) -> tuple[int, str, Json]:
    answer = customer.post("/api/orders", body)
    error = answer.json()["error"]
    return answer.status_code, error["code"], error["details"]


def coupon(shop: Person, **body: Any) -> Json:
    answer = shop.post("/api/coupons", {"code": "TEN", "kind": "percent", "value": 10} | body)
    assert answer.status_code == 201, answer.text
    made: Json = answer.json()["data"]["coupon"]
    return made


def used(made: Json) -> int:
    found = coupon_queries.get(made["id"])
    assert found is not None
    return found.used


def stock(product: Json) -> int | None:
    of = select(VariantRow.stock).where(VariantRow.product_id == product["id"])
    left: int | None = db.fetch_value(of)
    return left


def test_an_order_freezes_what_the_catalogue_states(shop: Person, customer: Person) -> None:
    rate = add(shop, "taxRate", name="GST", rate=5, included=False)
    size = add(shop, "modifierGroup", name="Size", min=1, options=[{"name": "L", "price": 2}])
    name = add(shop, "modifierGroup", name="Monogram", kind="text", maxLength=10, price=1)
    chest = add(
        shop,
        "modifierGroup",
        name="Chest",
        kind="measurement",
        unit="cm",
        minValue=60,
        maxValue=140,
        step=0.5,
    )
    shirt = add(
        shop, name="Linen shirt", taxRateId=rate["id"],
        modifierGroups=[{"groupId": g["id"]} for g in (size, name, chest)],
        variants=[{"name": "blue", "price": 30}],
    )  # fmt: skip
    modifiers = [
        {"groupId": size["id"], "optionId": size["options"][0]["id"]},
        {"groupId": name["id"], "text": "Asha"},
        {"groupId": chest["id"], "value": 98.5, "unit": "cm"},
    ]
    item = {"productId": shirt["id"], "quantity": 2, "modifiers": modifiers, "note": "Soft collar"}
    coupon(shop)
    body = {
        "partnerId": shop.id, "items": [item], "coupon": "ten", "tip": 5,
        "destination": PUNE | {"address": "7 Mill Road", "instructions": "Ring twice"},
    }  # fmt: skip
    quote = quoted(customer, body)
    assert (quote["orderable"], quote["problems"], quote["distanceKm"]) == (True, [], 0)
    # 2 × 33 − 10 % = 59.40; 5 % of it = 2.97; the fee 40; the tip 5
    assert (quote["subtotal"], quote["discount"], quote["total"]) == (66, 6.6, 107.37)
    order = placed(customer, body | {"quoteId": quote["id"], "expectedTotal": 107.37})
    for key in ("items", "subtotal", "discount", "fees", "taxLines", "tip", "total", "fulfilment"):
        assert order[key] == quote[key], key
    assert order["taxLines"] == [{"name": "GST", "rate": 5, "base": 59.4, "amount": 2.97, "included": False}]
    assert order["items"][0]["price"] * 2 == order["subtotal"]
    assert order["destination"]["instructions"] == "Ring twice"
    changed(shop, f"/api/products/{shirt['id']}", {"name": "Old shirt"})
    changed(shop, f"/api/tax-rates/{rate['id']}", {"rate": 12})
    assert customer.get(f"/api/orders/{order['id']}").json()["data"]["order"] == order
    shown = customer.get(f"/api/orders/{order['id']}/status").json()["data"]
    assert shown["items"][0]["menu_name"] == "Linen shirt (blue, L, Monogram, Chest)"
    mine = customer.get(f"/api/orders/{order['id']}/pricing").json()["data"]["pricing"]
    theirs = shop.get(f"/api/orders/{order['id']}/pricing").json()["data"]["pricing"]
    assert mine["lines"][0]["modifiers"][0] == {"name": "L", "quantity": 1, "price": 2}
    assert (mine["sums"]["taxAdded"], mine["coupon"]["paidBy"]) == (2.97, "partner")
    assert "commissionBase" not in mine
    assert theirs["commissionBase"] == 107.37  # nothing is paid here, so nothing is earned
    assert "Asha" not in str(mine)


def test_another_price_is_refused_until_it_is_seen(shop: Person, customer: Person) -> None:
    shirt = add(shop, name="Shirt", price=35)
    body = body_of(shop, shirt)
    old = quoted(customer, body)
    for price in (30, 40):
        changed(shop, f"/api/products/{shirt['id']}", {"price": price})
        for seen in ({"quoteId": old["id"]}, {"expectedTotal": 35}):
            status, code, details = refused(customer, body | seen)
            assert (status, code) == (409, "price_changed")
            line = {"path": "items.0.price", "was": 35, "now": price}
            assert line in details["changed"] or "expectedTotal" in seen
            assert {"path": "total", "was": 35, "now": price} in details["changed"]
            placed(customer, body | {"quoteId": details["quote"]["id"]})
    by_item = body | {"items": [{"productId": shirt["id"], "quantity": 1, "price": 35}]}
    assert refused(customer, by_item)[1] == "price_changed"
    tipped = quoted(customer, body | {"tip": 2})
    assert refused(customer, body | {"quoteId": tipped["id"]})[1] == "price_changed"
    assert placed(customer, body)["tip"] == 0


def test_an_order_is_refused_outside_of_the_terms_of_the_shop(shop: Person, customer: Person) -> None:
    shirt = add(shop, name="Shirt", price=5)
    here = body_of(shop, shirt, destination=PUNE | {"address": "Here"})
    quote = quoted(customer, here)
    assert quote["orderable"] is False
    assert quote["problems"][0] | {"message": ""} == {
        "code": "below_minimum", "path": "items", "message": "", "minimum": 10, "missing": 5,
    }  # fmt: skip
    status, code, details = refused(customer, here)
    assert (status, code, details["minimum"], details["missing"]) == (422, "below_minimum", ["10"], ["5"])
    far = body_of(shop, shirt, shirt, destination=FAR | {"address": "There"})
    assert refused(customer, far)[:2] == (422, "outside_delivery_area")
    assert refused(customer, far | {"destination": {"address": "There"}})[:2] == (422, "location_needed")
    free = {"partnerId": shop.id, "items": [{"name": "Suit", "quantity": 1, "price": 1}]}
    assert refused(customer, free)[:2] == (422, "custom_items_refused")
    assert refused(customer, body_of(shop, shirt, scheduledFor="2020-01-01T00:00:00Z"))[0] == 422
    assert refused(customer, body_of(shop, shirt, addressId=shirt["id"]))[0] == 422
    assert refused(customer, body_of(shop, shirt, currency="EUR"))[:2] == (422, "currency_mismatch")
    changed(shop, f"/api/products/{shirt['id']}", {"active": False})
    status, code, details = refused(customer, body_of(shop, shirt))
    assert (status, code, details) == (409, "product_unavailable", {"items": [{"path": "items.0"}]})


def test_a_closed_or_paused_shop_takes_no_order(world: World, customer: Person) -> None:
    closed = open_shop(world.person("tailor"), weekly={})
    assert refused(customer, body_of(closed, add(closed, name="x", price=1)))[1] == "shop_closed"
    paused = open_shop(world.person("tailor"), paused_until=now().replace(year=2100))
    assert refused(customer, body_of(paused, add(paused, name="x", price=1)))[1] == "shop_paused"
    hidden = open_shop(world.person("tailor"), status="hidden")
    assert refused(customer, body_of(hidden, add(hidden, name="x", price=1)))[0] == 409


def test_stock_and_coupons_come_back_once(shop: Person, customer: Person) -> None:
    shirt = add(shop, name="Shirt", price=50, stock=2)
    once = coupon(shop, usageLimit=1)
    body = body_of(shop, shirt, coupon="TEN")

    def end(how: str) -> None:
        order = placed(customer, body)
        assert (stock(shirt), used(once)) == (1, 1)
        assert refused(customer, body)[::2] == (409, {"reason": "used_up"})
        if how == "expire":
            with db.transaction():
                overdue = update(OrderRow).where(OrderRow.id == order["id"]).values(accept_by=now())
                db.execute(overdue)
            assert service.expire(order["id"])
        elif how == "reject":
            shop.act(order, "reject", reason="closed")
        else:
            customer.act(order, "cancel")
        assert customer.patch(f"/api/orders/{order['id']}/cancel", {}).status_code == 409
        assert (stock(shirt), used(once)) == (2, 0), how

    for how in ("reject", "cancel", "expire"):
        end(how)


def test_the_last_ones_are_sold_once(shop: Person, world: World) -> None:
    customers = [world.person() for _ in range(4)]
    shirt = add(shop, name="Shirt", variants=[{"name": n, "price": 50, "stock": 3} for n in "ab"])
    first, second = (variant["id"] for variant in shirt["variants"])
    few = coupon(shop, code="FEW", usageLimit=2)

    def order(number: int) -> Any:
        ids = (first, second) if number % 2 else (second, first)
        items = [{"productId": shirt["id"], "variantId": each, "quantity": 1} for each in ids]
        body = {"partnerId": shop.id, "items": items} | ({"coupon": "FEW"} if number % 3 == 0 else {})
        headers = {"Idempotency-Key": f"k{number}"} if number % 2 else {}
        return customers[number % 4].post("/api/orders", body, headers=headers)

    answers = Pool(8).map(order, range(16))
    found = sorted((answer.status_code, answer.json().get("error", {}).get("code", "")) for answer in answers)
    assert {status for status, _ in found} <= {201, 409}, found
    assert {code for _, code in found} <= {"", "out_of_stock", "coupon_invalid"}, found
    sold = sum(status == 201 for status, _ in found)
    with_coupon = sum(bool(a.json()["data"]["order"]["discount"]) for a in answers if a.status_code == 201)
    left = db.fetch_value(select(func.min(VariantRow.stock)).where(VariantRow.product_id == shirt["id"]))
    assert (sold, left) == (3 - left, 3 - sold)
    assert used(few) == with_coupon <= 2
