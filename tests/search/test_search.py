"""The search across domains: identifiers first, own policies, limits of time, and the audit log."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from metaia.core import db, search
from metaia.core.access.actor import Actor
from metaia.core.search import Found, Hit, Provider
from metaia.search import service
from tests.support.people import Person, World
from tests.support.plans import statements, whole_scans

Json = dict[str, Any]
TYPES = {
    "orders", "users", "partners", "products", "conversations", "messages", "offers", "bookings", "payments",
    "reviews", "notifications",
}  # fmt: skip


def search_for(person: Person, q: str, **params: Any) -> Json:
    answer = person.get("/api/search", params={"q": q} | params)
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]["search"]


def hits(person: Person, q: str, **params: Any) -> dict[str, list[tuple[str, str]]]:
    """Return the ids and what has matched, by type."""
    found = search_for(person, q, **params)["results"]
    return {each["type"]: [(item["id"], item["matched"]) for item in each["items"]] for each in found}


@pytest.fixture
def word() -> str:
    """Give a word that no other test has."""
    return f"zq{uuid.uuid4().hex[:12]}"


def test_an_identifier_answers_alone(world: World) -> None:
    customer, tailor = world.person(), world.person("tailor")
    order = customer.order(partnerId=tailor.id)
    for person in (customer, tailor, world.staff("support")):
        assert hits(person, order["id"]) == {"orders": [(order["id"], "id")]}
        assert hits(person, order["orderNumber"].lower()) == {"orders": [(order["id"], "number")]}
    assert hits(world.person(), order["orderNumber"]) == {}
    assert hits(world.person(), order["id"]) == {}


def test_words_find_own_orders_only(world: World, word: str) -> None:
    customer, other = world.person(), world.person()
    items = [{"name": f"Suit {word}", "quantity": 1, "price": 10}]
    order, foreign = customer.order(items=items), other.order(items=items)
    assert hits(customer, word, types="orders") == {"orders": [(order["id"], "words")]}
    seen = hits(world.staff("support"), word[:8], types="orders")["orders"]
    assert {each for each, _ in seen} == {order["id"], foreign["id"]}
    [result] = search_for(world.staff(), word, types="orders", limit=1)["results"]
    assert (len(result["items"]), result["more"]) == (1, True)
    assert word in result["items"][0]["subtitle"]


def test_staff_finds_users_by_name_address_and_number(world: World, word: str) -> None:
    phone = f"+9198{uuid.uuid4().int % 10**8:08d}"
    person = world.person(name=f"Asha {word}", phone=phone)
    staff = world.staff("support")
    assert hits(staff, word[:10], types="users") == {"users": [(person.id, "words")]}
    assert hits(staff, person.user["email"]) == {"users": [(person.id, "email")]}
    assert hits(staff, phone)["users"] == [(person.id, "phone")]
    assert hits(staff, f"asha {word}", types="users") == {"users": [(person.id, "words")]}
    for q in (word, person.user["email"], phone):
        assert "users" not in hits(world.person("vendor"), q)


def test_a_notification_is_found_by_its_user(world: World) -> None:
    customer, tailor = world.person(), world.person("tailor")
    order = customer.order(partnerId=tailor.id)
    tailor.act(order, "accept")
    own = customer.get("/api/notifications").json()["data"]["notifications"][0]
    first = own["title"].split()[0]
    assert own["id"] in [each for each, _ in hits(customer, first, types="notifications")["notifications"]]
    assert hits(customer, own["id"]) == {"notifications": [(own["id"], "id")]}
    assert hits(tailor, own["id"]) == {}


def test_searches_of_staff_in_personal_data_are_audited(world: World, word: str) -> None:
    staff, customer = world.staff("support"), world.person()
    search_for(staff, word)
    search_for(staff, word, types="products,partners")
    search_for(customer, word)
    query = text("SELECT actor_id, after FROM audit_log WHERE action = 'search' AND after ->> 'q' = :q")
    [entry] = db.fetch_all(query, {"q": word})
    assert entry.actor_id == staff.id
    assert set(entry.after["types"]) == TYPES


def test_all_types_are_registered(app: Flask) -> None:
    assert search.PROVIDERS.of(app).keys() >= TYPES


def test_a_slow_type_is_incomplete_and_the_others_answer(
    app: Flask, world: World, word: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    customer = world.person()
    customer.order(items=[{"name": word, "quantity": 1, "price": 10}])

    def slow(_: Actor, __: str, ___: int) -> Found:
        db.fetch_one(text("SELECT pg_sleep(20)"))
        return [], False

    monkeypatch.setattr(service, "ALL_SECONDS", 60.0)
    monkeypatch.setitem(search.PROVIDERS.of(app), "aaa", Provider("aaa", slow, lambda _: True))
    found = search_for(customer, word, types="aaa,orders")
    assert found["incomplete"] == ["aaa"]
    assert [each["type"] for each in found["results"]] == ["orders"]
    monkeypatch.setattr(service, "ALL_SECONDS", 0.0)
    assert search_for(customer, word, types="orders") == {"results": [], "incomplete": ["orders"]}


def test_another_domain_adds_its_type(app: Flask, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def by_code(_: Actor, code: str) -> list[Hit]:
        return [Hit("1", code, "in transit", "/api/shipments/1")]

    made = Provider("zzz", lambda *_: ([], False), lambda actor: actor.role == "customer", {"code": by_code})
    monkeypatch.setitem(search.PROVIDERS.of(app), "zzz", made)
    assert hits(world.person(), "AWB-1234567") == {"zzz": [("1", "code")]}
    assert hits(world.person("vendor"), "AWB-1234567") == {}
    with pytest.raises(ValueError, match="registered twice"):
        search.register(app, "zzz", made.find)


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({}, "q"),
        ({"q": "x"}, "q"),
        ({"q": "  "}, "q"),
        ({"q": "x" * 201}, "q"),
        ({"q": "a\0b"}, "q"),
        ({"q": "ab", "types": "pirates"}, "types"),
        ({"q": "ab", "types": ","}, "types"),
        ({"q": "ab", "limit": 0}, "limit"),
        ({"q": "ab", "limit": 21}, "limit"),
        ({"q": "ab", "cursor": "x"}, "cursor"),
    ],
)
def test_a_wrong_query_names_its_field(world: World, params: Json, field: str) -> None:
    answer = world.person().get("/api/search", params=params)
    assert (answer.status_code, list(answer.json()["error"]["details"])) == (422, [field])


@pytest.mark.parametrize(
    "q", ["'", "\\", "'':* | a", "!!! &|", "a<->b", "100%", "हिन्दी", "寿司", "-" * 64, "🧵🧵"]
)
def test_any_text_can_be_searched_for(world: World, q: str) -> None:
    for person in (world.person(), world.staff()):
        search_for(person, q if len(q) > 1 else q * 2)


@pytest.mark.parametrize("role", ["customer", "tailor", "support"])
def test_each_select_uses_an_index(app: Flask, world: World, role: str) -> None:
    person = world.staff(role) if role == "support" else world.person(role)
    actor = Actor(person.id, role, "session", 2**40)
    queries = ["some words", person.id, "M100001", "pay_12345678", "+919876543210", "a@test.example"]
    with app.app_context(), statements() as found:
        for q in queries:
            service.find(actor, q, None, 5)
    selects = [(sql, values) for sql, values in found if sql.lstrip().upper().startswith("SELECT")]
    assert len(selects) > len(queries)
    assert whole_scans(selects) == []
