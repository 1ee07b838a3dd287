"""The export contains all data about a user."""

from __future__ import annotations

import pytest

from metaia.auth.account import export
from metaia.auth.sessions import tokens
from metaia.core import db
from metaia.notifications import service as notification_service
from metaia.users import queries as user_queries
from tests.support.account_mails import actions
from tests.support.people import PASSWORD


def exported(person):
    answer = person.get("/api/auth/export")
    assert answer.status_code == 200
    assert "attachment" in answer.headers["Content-Disposition"]
    return answer.json()["data"]["export"]


@pytest.fixture
def small_pages(monkeypatch):
    monkeypatch.setattr(export, "PAGE_SIZE", 2)


def test_somebody_new_has_an_account_and_a_session(world):
    person = world.person()
    data = exported(person)
    assert data["account"] == person.user
    assert (data["notifications"], data["orders"]) == ([], [])
    [session] = data["sessions"]
    assert session["address"] == "127.0.0.1"
    assert session["endedAt"] is None
    assert actions(person)[-1] == "account.exported"


@pytest.mark.usefixtures("small_pages")
@pytest.mark.parametrize("count", [1, 2, 3, 4, 5])
def test_all_pages_are_there_once_and_in_order(world, count):
    person = world.person()
    for number in range(count):
        with db.transaction():
            notification_service.notify(person.id, "password_changed", {"number": number})
        world.call("POST", "/api/auth/login", json={"email": person.user["email"], "password": PASSWORD})
    orders = [person.order() for _ in range(count)]
    data = exported(person)
    mine = [n["data"]["number"] for n in data["notifications"] if n["type"] == "password_changed"]
    assert mine == list(range(count))
    assert len(data["sessions"]) == count + 1
    assert [order["id"] for order in data["orders"]] == [order["id"] for order in orders]


def test_customers_find_all_of_their_orders_and_partners_nothing_of_who_ordered(world):
    customer, tailor, courier, stranger = (
        world.person(name="Asha Rao"),
        world.person("tailor"),
        world.person("delivery"),
        world.person(),
    )
    order = customer.order(partnerId=tailor.id, customerInfo={"address": "17 Lane"}, notes="blue")
    tailor.act(order, "assign", deliveryPartnerId=courier.id)
    [mine] = exported(customer)["orders"]
    assert (mine["id"], mine["total"]) == (order["id"], order["total"])
    assert mine["customerInfo"] == {
        "name": "Asha Rao",
        "phone": None,
        "phoneE164": None,
        "address": "17 Lane",
    }
    for worker in (tailor, courier):
        [theirs] = exported(worker)["orders"]
        assert (theirs["id"], theirs["total"]) == (order["id"], order["total"])
        assert theirs["customerInfo"] == {"name": None, "phone": None, "phoneE164": None, "address": None}
        assert theirs["notes"] is None
    assert exported(stranger)["orders"] == []


def test_staff_take_along_what_is_theirs_not_everybodys(world):
    world.person().order()
    assert exported(world.staff())["orders"] == []


def test_staff_who_look_through_somebodys_eyes_take_nothing_along(world):
    person, staff = world.person(), world.staff("support")
    found = user_queries.by_id(person.id)
    assert found is not None
    session = exported(person)["sessions"][0]["id"]
    token = tokens.issue(found, session, impersonator=staff.id).access
    answer = world.call("GET", "/api/auth/export", headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "read_only")


def test_it_needs_a_login(world):
    assert world.call("GET", "/api/auth/export").status_code == 401


def test_no_secret_is_in_it(world):
    person = world.person()
    body = person.get("/api/auth/export").text
    for word in ("password", "hash", "refreshJti", person.refresh_token, person.token):
        assert word not in body
