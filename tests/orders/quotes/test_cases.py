"""Cases that other shops got wrong, by the numbers of the trackers where they were reported."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from gevent.pool import Pool
from sqlalchemy import func, select, update

from metaia.core import db
from metaia.core.json import Json
from metaia.core.times import now, rfc3339
from metaia.orders.models import OrderRow
from metaia.products.models import VariantRow
from metaia.shops.models import PartnerProfileRow
from metaia.users.models import User
from tests.orders.quotes.test_ordering import FAR, PUNE, TIERS, body_of, placed, quoted, refused
from tests.support.catalogues import add, changed, open_shop
from tests.support.people import Person, World
from tests.support.shops import listed


@pytest.fixture
def shop(world: World) -> Person:
    area = {"kind": "radius", "radius_m": 8_000}
    return open_shop(world.person("tailor"), **PUNE, area=area, tiers=TIERS)


@pytest.fixture
def customer(world: World) -> Person:
    return world.person(name="Asha Rao")


def orders_of(customer: Person) -> int:
    count = select(func.count()).select_from(OrderRow).where(OrderRow.customer_id == customer.id)
    return int(db.fetch_value(count))


def test_the_address_of_the_order_is_checked_not_that_of_the_quote(shop: Person, customer: Person) -> None:
    """TastyIgniter 421, 932."""
    body = body_of(shop, add(shop, name="Shirt", price=50), destination=PUNE | {"address": "Here"})
    quote_id = quoted(customer, body)["id"]
    far = body | {"destination": FAR | {"address": "There"}, "quoteId": quote_id}
    status, code, details = refused(customer, far)
    assert (status, code, float(details["distanceKm"][0]) > 8) == (422, "outside_delivery_area", True)
    assert orders_of(customer) == 0
    assert placed(customer, body | {"quoteId": quote_id})["total"] == 90


def test_a_last_item_is_sold_once(shop: Person, world: World) -> None:
    """magento/inventory 3046, nopCommerce 4184, medusa 16569."""
    customers = [world.person() for _ in range(4)]
    shirt = add(shop, name="Shirt", variants=[{"name": n, "price": 50, "stock": 1} for n in "ab"])
    ids = [variant["id"] for variant in shirt["variants"]]

    def order(number: int) -> Any:
        order_of = ids[:1] if number % 2 else ids if number % 4 else ids[::-1]
        items = [{"productId": shirt["id"], "variantId": each, "quantity": 1} for each in order_of]
        return customers[number % 4].post("/api/orders", {"partnerId": shop.id, "items": items})

    answers = Pool(10).map(order, range(20))
    assert sorted(answer.status_code for answer in answers) == [201, *[409] * 19]
    for answer in answers:
        if answer.status_code == 409:
            error = answer.json()["error"]
            assert (error["code"], {each["available"] for each in error["details"]["items"]}) == (
                "out_of_stock",
                {0},
            )
    left = select(VariantRow.stock).where(VariantRow.id == ids[0])
    assert db.fetch_value(left) == 0


def test_changes_of_a_catalogue_leave_old_orders(shop: Person, customer: Person) -> None:
    """Sylius 8628, OFN 11628, 13969."""
    rate = add(shop, "taxRate", name="GST", rate=5, included=True)
    size = add(shop, "modifierGroup", name="Size", min=1, options=[{"name": "L", "price": 2}, {"name": "M"}])
    shirt = add(
        shop, name="Linen shirt", taxRateId=rate["id"], modifierGroups=[{"groupId": size["id"]}],
        variants=[{"name": "blue", "price": 30}, {"name": "red", "price": 31}],
    )  # fmt: skip
    path, group = f"/api/products/{shirt['id']}", f"/api/modifier-groups/{size['id']}"
    modifiers = [{"groupId": size["id"], "optionId": size["options"][0]["id"]}]
    order = placed(
        customer,
        {"partnerId": shop.id, "items": [{"productId": shirt["id"], "quantity": 1, "modifiers": modifiers}]},
    )
    page = customer.get(f"/api/orders/{order['id']}/status").json()["data"]
    assert (page["items"][0]["menu_name"], page["total"]) == ("Linen shirt (blue, L)", 32)
    blue = {"id": shirt["variants"][1]["id"], "name": "ruby", "price": 99}
    changed(
        shop, path, {"name": "Renamed", "variants": [blue], "taxRateId": None}
    )  # the ordered one is removed
    medium = size["options"][1] | {"name": "Medium", "price": 7}
    changed(
        shop, group, {"name": "Width", "options": [{key: medium[key] for key in ("id", "name", "price")}]}
    )
    assert shop.delete(f"/api/tax-rates/{rate['id']}").ok
    assert shop.delete(path).ok
    assert shop.delete(group).ok
    assert customer.get(f"/api/orders/{order['id']}").json()["data"]["order"] == order
    before = customer.get(f"/api/orders/{order['id']}?asOf={quote(order['createdAt'])}").json()["data"][
        "order"
    ]
    assert (before["items"], before["taxLines"], before["total"]) == (order["items"], order["taxLines"], 32)
    assert customer.get(f"/api/orders/{order['id']}/status").json()["data"] == page
    pricing = customer.get(f"/api/orders/{order['id']}/pricing").json()["data"]["pricing"]
    assert pricing["lines"][0]["modifiers"] == [{"name": "L", "quantity": 1, "price": 2}]
    for action in ("prepare", "ready", "complete"):
        order = shop.act(order, action)
    assert order["items"][0]["name"] == "Linen shirt"
    subjects = [{"type": "product", "id": shirt["id"], "rating": 4}]
    assert customer.post("/api/reviews", {"orderId": order["id"], "subjects": subjects}).status_code == 201


def test_an_order_after_the_closing_moves_to_no_other_day(world: World, customer: Person) -> None:
    """coopcycle-app 1699, TastyIgniter 539: the hours end a minute ago, by the shop's clock."""
    shop = open_shop(world.person("vendor"), weekly={})
    body = body_of(shop, add(shop, name="Shirt", price=5))
    moment = now()
    closed, opens = (
        moment - timedelta(minutes=1),
        (moment + timedelta(hours=2)).replace(second=0, microsecond=0),
    )
    hours = [(closed - timedelta(hours=1), closed), (opens, opens + timedelta(hours=1))]
    exceptions: dict[str, list[Json]] = {}
    for begin, end in hours:
        if f"{begin:%F}" == f"{end:%F}":  # else it is around midnight, and one of both is enough
            exceptions.setdefault(f"{begin:%F}", []).append({"from": f"{begin:%H:%M}", "to": f"{end:%H:%M}"})
    given = [{"date": day, "hours": each} for day, each in exceptions.items()]
    assert shop.put("/api/partners/me/hours", {"weekly": {}, "exceptions": given}).ok
    status, code, details = refused(customer, body)
    assert (status, code) == (409, "shop_closed")
    assert details["opensAt"] == (
        rfc3339(opens) if f"{opens:%F}" == f"{opens + timedelta(hours=1):%F}" else None
    )
    assert quoted(customer, body)["problems"][0]["code"] == "shop_closed"
    assert orders_of(customer) == 0


def test_the_list_and_the_quote_have_the_same_terms(world: World, customer: Person) -> None:
    """Enatega 689, doordash-cli 110: fee, minimum and availability for 50 random addresses."""
    place: dict[str, Any] = {"lat": -52.0, "lng": -22.0}  # no other shop is near
    area = {"kind": "radius", "radius_m": 7_000}
    shop = open_shop(world.person("vendor"), **place, area=area, tiers=TIERS)
    body = body_of(shop, add(shop, name="Shirt", price=20))
    chance, delivered = random.Random(11), 0
    for _ in range(50):
        to = {
            "lat": round(place["lat"] + chance.uniform(-0.08, 0.08), 6),
            "lng": round(place["lng"] + chance.uniform(-0.12, 0.12), 6),
        }
        found = listed(world, deliversTo=f"{to['lat']},{to['lng']}")
        shown = next((each for each in found if each["id"] == shop.id), None)
        quote = quoted(customer, body | {"destination": to | {"address": "There"}})
        problems = {each["code"]: each for each in quote["problems"]}
        assert (shown is None) == ("outside_delivery_area" in problems), to
        if shown is not None:
            delivered += 1
            fees = sum(each["amount"] for each in quote["fees"])
            assert (shown["delivery"]["fee"], shown["distanceKm"]) == (fees, quote["distanceKm"]), to
            assert shown["delivery"]["etaMinutes"] == quote["etaMinutes"]
            low = problems.get("below_minimum", {"minimum": shown["delivery"]["minimum"]})
            assert (low["minimum"] > 20, low["minimum"]) == (
                "below_minimum" in problems,
                shown["delivery"]["minimum"],
            )
    assert 5 < delivered < 45
    for weekly, is_open in (({}, False), (None, True)):
        assert shop.put("/api/partners/me/hours", {"weekly": weekly}).ok
        assert bool(listed(world, near="-52,-22", radiusKm=1, open=True)) == is_open
        closed = [each["code"] for each in quoted(customer, body | {"fulfilment": "pickup"})["problems"]]
        assert ("shop_closed" in closed) == (not is_open)


def test_what_is_hidden_cannot_be_ordered_by_its_id(shop: Person, customer: Person) -> None:
    """Order of mvx 980, bigcommerce/b2b-buyer-portal 95."""
    size = add(shop, "modifierGroup", name="Size", options=[{"name": "L"}, {"name": "M"}])
    shirt = add(shop, name="Shirt", price=50, modifierGroups=[{"groupId": size["id"]}])
    hidden = add(shop, name="Hidden", price=50)
    path, option = f"/api/products/{shirt['id']}", size["options"][0]["id"]
    item = {
        "productId": shirt["id"],
        "quantity": 1,
        "modifiers": [{"groupId": size["id"], "optionId": option}],
    }
    body = {"partnerId": shop.id, "items": [item]}
    assert shop.delete(f"/api/products/{hidden['id']}").ok
    assert customer.get(f"/api/products/{hidden['id']}").status_code == 404
    assert refused(customer, body_of(shop, hidden))[:2] == (409, "product_unavailable")
    changed(shop, f"{path}/availability", {"optionId": option, "available": False})
    assert refused(customer, body)[:2] == (409, "product_unavailable")
    left = {key: size["options"][1][key] for key in ("id", "name")}
    changed(shop, f"/api/modifier-groups/{size['id']}", {"options": [left]})
    assert refused(customer, body)[0] in {409, 422}
    plain = body_of(shop, shirt)
    assert shop.post("/api/partners/me/pause", {"minutes": 10}).ok
    assert refused(customer, plain)[:2] == (409, "shop_paused")
    assert shop.post("/api/partners/me/resume", {}).ok
    with db.transaction():
        db.execute(update(User).where(User.id == shop.id).values(active=False, inactive_because="disabled"))
    status, code, details = refused(customer, plain)
    assert (status, code, {*details}) == (422, "invalid", {"partnerId"})
    assert customer.get(path).status_code == 404
    assert customer.get(f"/api/partners/{shop.id}").status_code == 404
    with db.transaction():
        db.execute(update(User).where(User.id == shop.id).values(active=True, inactive_because=None))
        row = update(PartnerProfileRow).where(PartnerProfileRow.user_id == shop.id)
        db.execute(row.values(status="hidden"))
    assert customer.get(path).status_code == 404
    assert refused(customer, plain)[0] == 409
    assert orders_of(customer) == 0
