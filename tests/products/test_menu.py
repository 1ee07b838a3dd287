"""The public menu: its answer, its ETag, its boundaries, and the event of its changes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from metaia.core.http.parts.opening_hours import Week
from metaia.core.times import now, rfc3339
from metaia.products.records import Section
from metaia.products.sections.policy import served
from tests.support.catalogues import add, changed, menu, open_shop
from tests.support.people import Person, World

SIZE = {"name": "Size", "options": [{"name": "Slim"}, {"name": "Wide", "price": 50}]}


@pytest.fixture
def shop(world: World) -> Person:
    return open_shop(world.person("tailor"))


def test_a_menu_has_its_sections_in_order_and_changes_its_tag_with_each_edit(shop: Person, world: World):
    customer, fresh = world.person(), world.person("vendor")
    assert menu(customer, fresh).status_code == 404
    dinner, lunch = (add(shop, "section", name=name, position=n) for name, n in (("Dinner", 2), ("Lunch", 1)))
    used, _ = add(shop, "modifierGroup", **SIZE), add(shop, "modifierGroup", **SIZE)
    soup = add(shop, name="Soup", price=5, sectionId=lunch["id"], modifierGroups=[{"groupId": used["id"]}])
    steak, water = add(shop, name="Steak", price=50, sectionId=dinner["id"]), add(shop, name="Water", price=1)
    answer = menu(customer, shop)
    shown = answer.json()["data"]
    assert [(part["id"], [each["id"] for each in part["products"]]) for part in shown["sections"]] == [
        (lunch["id"], [soup["id"]]), (dinner["id"], [steak["id"]]), (None, [water["id"]]),
    ]  # fmt: skip
    assert [group["id"] for group in shown["modifierGroups"]] == [used["id"]]
    assert (shown["currency"], shown["validUntil"]) == ("INR", None)
    assert answer.headers["Cache-Control"] == "public, max-age=60"
    tag = answer.headers["ETag"]
    assert menu(customer, shop, etag=tag).status_code == 304
    for path, body in (
        (f"products/{steak['id']}", {"price": 51}),
        (f"products/{water['id']}/availability", {"available": False}),
        (f"products/{soup['id']}/availability", {"optionId": used["options"][1]["id"], "available": False}),
        (f"modifier-groups/{used['id']}", {"name": "Cut"}),
        (f"sections/{lunch['id']}", {"name": "Midday"}),
        (f"products/{steak['id']}", {"active": False}),
    ):
        changed(shop, f"/api/{path}", body)
        answer = menu(customer, shop, etag=tag)
        assert answer.status_code == 200, path
        tag = answer.headers["ETag"]
    midday, empty, rest = answer.json()["data"]["sections"]
    assert (midday["name"], empty["products"], rest["products"][0]["offered"]) == ("Midday", [], False)
    version = answer.json()["data"]["menuVersion"]
    assert changed(shop, f"/api/products/{water['id']}", {"available": False})["version"] == 2  # as it was
    assert menu(customer, shop).json()["data"]["menuVersion"] == version


def test_a_menu_is_valid_until_it_changes_by_the_clock(shop: Person, world: World):
    customer, moment = world.person(), now()
    soon, later = moment + timedelta(seconds=40), moment + timedelta(hours=1)
    sale = {"price": 3, "from": rfc3339(moment - timedelta(hours=1)), "until": rfc3339(later)}
    soup = add(shop, name="Soup", variants=[{"price": 5, "sale": sale}])
    shown = menu(customer, shop).json()["data"]
    [variant] = shown["sections"][0]["products"][0]["variants"]
    assert (variant["price"], variant["currentPrice"], shown["validUntil"]) == (5, 3, rfc3339(later))
    changed(shop, f"/api/products/{soup['id']}/availability", {"soldOutUntil": rfc3339(soon)})
    answer = menu(customer, shop)
    assert answer.json()["data"]["validUntil"] == rfc3339(soon)
    assert int(answer.headers["Cache-Control"].rpartition("=")[2]) < 41
    assert answer.json()["data"]["sections"][0]["products"][0]["offered"] is False
    past = moment - timedelta(seconds=1)
    changed(shop, f"/api/products/{soup['id']}/availability", {"soldOutUntil": rfc3339(past)})
    assert menu(customer, shop).json()["data"]["sections"][0]["products"][0]["offered"] is True


def test_sections_are_served_by_their_hours_in_the_zone_of_the_shop():
    week: dict[str, Any] = Week().load({"sat": [{"from": "22:00", "to": "02:00"}]})
    always, night = (Section("1", "2", "", 0, 1, now(), now(), hours) for hours in (None, week))
    place = ZoneInfo("Europe/Paris")
    assert served(always, place, now()).changes_at is None
    for local, inside, changes in (
        ("2026-11-28T21:59", False, "2026-11-28T22:00"),
        ("2026-11-28T22:00", True, "2026-11-29T02:00"),
        ("2026-11-29T01:59", True, "2026-11-29T02:00"),
        ("2026-11-29T02:00", False, "2026-12-05T22:00"),
    ):
        moment, then = (datetime.fromisoformat(each).replace(tzinfo=place) for each in (local, changes))
        found = served(night, place, moment)
        assert (found.now, found.changes_at) == (inside, then.astimezone(UTC)), local
    everyday = Week().load({day: [{"from": "00:00", "to": "24:00"}] for day in week})
    assert served(Section("1", "2", "", 0, 1, now(), now(), everyday), place, now()).changes_at is None


def test_clients_that_look_at_a_partner_learn_of_changes_once_a_second(shop: Person, world: World):
    customer, other = world.person(), world.person()
    looking, elsewhere, own = customer.socket(), other.socket(), shop.socket()
    assert looking.ask("join_partner_room", {"partnerId": shop.id})["ok"]
    soup = add(shop, name="Soup", price=5)
    for price in range(6, 12):
        changed(shop, f"/api/products/{soup['id']}", {"price": price})
    version = menu(customer, shop).json()["data"]["menuVersion"]
    for socket in (looking, own):
        socket.wait("menu:changed", where=lambda each: each["menuVersion"] == version)
        assert len(socket.of("menu:changed")) < 7
    assert looking.of("menu:changed")[0] | {"menuVersion": 0} == {
        "partnerId": shop.id, "menuVersion": 0, "productIds": [soup["id"]],
    }  # fmt: skip
    assert elsewhere.of("menu:changed") == []


def test_a_hidden_shop_has_no_menu_and_no_products(shop: Person, world: World):
    made, customer = add(shop, name="Soup", price=5), world.person()
    hidden = open_shop(world.person("vendor"), status="hidden")
    theirs = add(hidden, name="Soup", price=5)
    for person in (customer, hidden):  # absent, for the partner too
        assert menu(person, hidden).status_code == 404
    assert customer.get(f"/api/products/{theirs['id']}").status_code == 404
    assert customer.get(f"/api/products/{made['id']}").status_code == 200
    assert world.call("GET", f"/api/products?partnerId={hidden.id}").json()["data"]["products"] == []
