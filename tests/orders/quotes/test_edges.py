"""Orders of products at the edges: bad bodies, prices that change meanwhile, erasure, times and terms of a shop."""

from __future__ import annotations

from datetime import timedelta

import pytest
from gevent.pool import Pool

from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.core.times import now, rfc3339
from metaia.orders import privacy, queries
from tests.orders.money import paying
from tests.orders.quotes.test_ordering import PUNE, body_of, coupon, placed, quoted, refused
from tests.orders.test_deadline import seen
from tests.support.catalogues import add, changed, open_shop
from tests.support.people import PASSWORD, Person, World


@pytest.fixture
def shop(world: World) -> Person:
    return open_shop(world.person("tailor"), **PUNE)


def test_bodies_that_are_none(shop: Person, world: World) -> None:
    customer = world.person()
    shirt = add(shop, name="Shirt", price=5)
    item: Json = {"productId": shirt["id"], "quantity": 1}
    choice: Json = {"groupId": new_id(), "optionId": new_id()}
    items: list[Json] = [
        {"quantity": 0}, {"quantity": 10**9}, {"quantity": -1}, {"productId": "x"}, {"productId": None},
        {"price": -1}, {"price": "NaN"}, {"price": 1.23456}, {"notes": "x" * 201}, {"note": "\0"},
        {"modifiers": [choice] * 101}, {"modifiers": [choice | {"quantity": 0}]},
        {"modifiers": [choice | {"text": "x"}]},
        {"modifiers": [{"groupId": new_id()}]}, {"modifiers": [{"groupId": new_id(), "value": 1e30}]},
        {"modifiers": [{"groupId": new_id(), "text": "x" * 501}]}, {"variantId": 1}, {"total": 1},
    ]  # fmt: skip
    bodies: list[Json] = [
        {"tip": -1}, {"tip": 10**10}, {"tip": 1.234}, {"expectedTotal": -1}, {"quoteId": ""}, {"quoteId": "x" * 2001},
        {"coupon": "x"}, {"coupon": "x" * 41}, {"fulfilment": "drone"}, {"destination": {"lat": 1, "lng": 1}},
        {"destination": PUNE}, {"destination": {"address": "x", "lat": 91, "lng": 0}}, {"addressId": "x"},
        {"destination": {"address": "x"}, "addressId": new_id()}, {"scheduledFor": "soon"}, {"subtotal": 1},
        {"fulfilment": "pickup", "destination": {"address": "x"}}, {"items": [{"quantity": 1, "price": 1}]},
        {"items": [{"name": "x", "quantity": 1}]}, {"items": [item] * 101}, {"currency": None},
        {"items": [item | {"modifiers": [choice] * 91}] * 11}, {"items": [1] * 9_999}, {"items": [{"modifiers": 1}]},
    ]  # fmt: skip
    bodies += [{"items": [item | change]} for change in items]
    for body in bodies:
        for path in ("/api/orders/quote", "/api/orders"):
            answer = customer.post(path, body_of(shop, shirt) | body)
            assert answer.status_code in (400, 422), (path, body, answer.text)
    assert customer.get("/api/orders").json()["data"]["orders"] == []
    unknown = quoted(customer, body_of(shop, shirt) | {"items": [{"productId": new_id(), "quantity": 1}]})
    assert [each["code"] for each in unknown["problems"]] == ["product_unavailable"]


def test_a_delivery_has_a_destination(shop: Person, world: World) -> None:
    customer, shirt = world.person(), add(shop, name="Shirt", price=5)
    nowhere = body_of(shop, shirt) | {"customerInfo": {"name": "Asha"}, "fulfilment": "delivery"}
    quote = quoted(customer, nowhere)
    assert (quote["orderable"], [each["code"] for each in quote["problems"]]) == (False, ["location_needed"])
    answer = customer.post("/api/orders", nowhere)
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "location_needed")
    for there in (
        {"customerInfo": {"name": "Asha", "address": "7 Mill Road"}},
        {"destination": {"address": "7 Mill Road"}},
    ):
        assert customer.post("/api/orders", nowhere | there).status_code == 201, there


def test_an_order_has_the_price_of_its_quote_while_prices_change(shop: Person, world: World) -> None:
    shirt = add(shop, name="Shirt", price=100)
    body = body_of(shop, shirt)

    def order(customer: Person) -> list[tuple[float, float]]:
        found = []
        for _ in range(4):
            quote = quoted(customer, body)
            answer = customer.post("/api/orders", body | {"quoteId": quote["id"]})
            while answer.status_code == 409:
                assert answer.json()["error"]["code"] == "price_changed", answer.text
                quote = answer.json()["error"]["details"]["quote"]
                answer = customer.post("/api/orders", body | {"quoteId": quote["id"]})
            found.append((quote["total"], answer.json()["data"]["order"]["total"]))
        return found

    def reprice() -> list[tuple[float, float]]:
        for price in range(1, 9):
            changed(shop, f"/api/products/{shirt['id']}", {"price": price})
        return []

    customers = [world.person() for _ in range(4)]

    def work(number: int) -> list[tuple[float, float]]:
        return reprice() if number == 0 else order(customers[number - 1])

    pairs = [pair for found in Pool(5).map(work, range(5)) for pair in found]
    assert len(pairs) == 16
    assert all(seen == paid for seen, paid in pairs), pairs


def test_measurements_texts_and_destinations_are_erased(shop: Person, world: World) -> None:
    customer = world.person()
    name = add(shop, "modifierGroup", name="Monogram", kind="text", maxLength=10)
    shirt = add(shop, name="Shirt", price=5, modifierGroups=[{"groupId": name["id"]}])
    item = {"productId": shirt["id"], "quantity": 1, "modifiers": [{"groupId": name["id"], "text": "Asha"}]}
    where = PUNE | {"address": "7 Mill Road"}
    order = placed(customer, {"partnerId": shop.id, "items": [item], "destination": where})
    shop.act(order, "reject", reason="closed")
    assert customer.call("DELETE", "/api/auth/me", {"password": PASSWORD}).status_code == 200
    privacy.erase_customers()
    kept = queries.get(order["id"])
    assert kept is not None
    assert (kept.destination, kept.customer_info["address"]) == (None, None)
    assert kept.items[0]["modifiers"] == [
        {"groupId": name["id"], "group": "Monogram", "price": 0, "quantity": 1}
    ]


def test_an_order_can_be_scheduled_while_the_shop_is_closed(world: World) -> None:
    customer, moment = world.person(), now()
    opens = (moment + timedelta(days=1)).replace(minute=0, second=0, microsecond=0)
    hours = [{"from": f"{opens:%H}:00", "to": f"{opens + timedelta(hours=1):%H}:00"}]
    hours[0]["to"] = "24:00" if hours[0]["to"] == "00:00" else hours[0]["to"]
    day = f"{opens:%a}".lower()
    shop = open_shop(world.person("tailor"), weekly={day: hours})
    body = body_of(shop, add(shop, name="Shirt", price=5))
    if quoted(customer, body)["problems"]:  # it is open now if its only hour has begun a week ago
        assert refused(customer, body)[1] == "shop_closed"
    late = opens + timedelta(minutes=30)
    order = placed(customer, body | {"scheduledFor": rfc3339(late)})
    assert order["scheduledFor"] == rfc3339(late)
    assert order["acceptBy"] >= (rfc3339(opens) or "")
    online = placed(customer, body | {"scheduledFor": rfc3339(late), "paymentMethod": "online"})
    assert online["acceptBy"] < (rfc3339(opens) or "")  # it must be paid soon
    paying.pay(online, 500)
    assert seen(customer, online)["acceptBy"] >= (rfc3339(opens) or "")
    for wrong in (late + timedelta(hours=3), moment, moment + timedelta(days=8)):
        assert refused(customer, body | {"scheduledFor": rfc3339(wrong)})[0] in (409, 422), wrong


def test_a_coupon_for_free_delivery_waives_the_fee(world: World) -> None:
    tiers = [{"up_to_m": None, "minimum": 0, "fee": 40_00, "free_from": None}]
    shop = open_shop(world.person("tailor"), **PUNE, tiers=tiers)
    customer = world.person()
    coupon(shop, code="BRING", kind="free_delivery", value=0, firstOrderOnly=True)
    body = body_of(
        shop, add(shop, name="Shirt", price=5), destination=PUNE | {"address": "x"}, coupon="bring"
    )
    order = placed(customer, body)
    assert (order["fees"][0]["amount"], order["total"], order["coupon"]) == (0, 5, {"code": "BRING"})
    assert refused(customer, body)[1:] == ("coupon_invalid", {"reason": "not_first_order"})
    explained = customer.get(f"/api/orders/{order['id']}/pricing").json()["data"]["pricing"]
    assert (explained["delivery"]["waived"], explained["sums"]["fees"]) == (40, 0)


def test_amounts_without_a_place_in_the_terms_of_a_shop_are_refused(world: World) -> None:
    tiers = [{"up_to_m": None, "minimum": 0, "fee": 40_00, "free_from": None}]
    shop, customer = open_shop(world.person("tailor"), **PUNE, tiers=tiers), world.person()
    coupon(shop, code="ALL", value=100)
    item: Json = {"name": "Suit", "quantity": 1, "price": 5}
    yen = {"partnerId": shop.id, "items": [item], "currency": "JPY", "destination": PUNE | {"address": "x"}}
    assert quoted(customer, yen)["orderable"] is False  # 40 rupees are not 4,000 yen
    assert refused(customer, yen)[:2] == (422, "currency_mismatch")
    assert quoted(customer, yen | {"currency": "INR"})["total"] == 45
    most = {
        "partnerId": shop.id,
        "items": [item | {"quantity": 10_000, "price": 10**11}] * 100,
        "coupon": "ALL",
    }
    for path in ("/api/orders/quote", "/api/orders"):
        answer = customer.post(path, most)
        assert (answer.status_code, [*answer.json()["error"]["details"]]) == (422, ["items"]), answer.text


def test_a_quote_is_valid_until_a_sale_begins_or_its_coupon_ends(world: World) -> None:
    shop, customer, moment = open_shop(world.person("tailor")), world.person(), now()
    ends, begins, over = (rfc3339(moment + timedelta(hours=hours)) for hours in (1, 2, 3))
    sale = {"price": 4, "from": begins, "until": over}
    shirt = add(shop, name="Shirt", variants=[{"name": "S", "price": 5, "sale": sale}])
    body = body_of(shop, shirt)
    assert quoted(customer, body)["validUntil"] == begins
    coupon(shop, endsAt=ends)
    assert quoted(customer, body | {"coupon": "TEN"})["validUntil"] == ends


def test_nothing_is_scheduled_too_early_or_too_far_ahead_without_a_profile_either(world: World) -> None:
    customer, moment = world.person(), now()
    draft = open_shop(world.person("tailor"), status="draft")
    item: Json = {"name": "Suit", "quantity": 1, "price": 5}
    for partner in (world.person("tailor").id, draft.id, None):
        body = {"partnerId": partner, "items": [item]}
        for wrong in (moment - timedelta(days=1), moment + timedelta(minutes=14), moment + timedelta(days=8)):
            late = body | {"scheduledFor": rfc3339(wrong)}
            (problem,) = quoted(customer, late)["problems"]
            assert (problem["code"], problem["path"]) == ("not_possible_then", "scheduledFor")
            assert problem["from"] < problem["until"]
            assert refused(customer, late)[:2] == (422, "not_possible_then")
            assert [*refused(customer, late)[2]] == ["scheduledFor"]
        right = body | {"scheduledFor": rfc3339(moment + timedelta(minutes=30))}
        assert quoted(customer, right)["orderable"] is True
        assert placed(customer, right)["scheduledFor"] == right["scheduledFor"]
