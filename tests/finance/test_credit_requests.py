"""Requests for credit: a customer asks, an admin decides, once."""

from __future__ import annotations

from typing import Any

import gevent
import pytest

from metaia.core.ids import new_id
from metaia.core.json import Json
from tests.support.people import PASSWORD, Person, World

REQUESTS = "/api/finance/credit/requests"


@pytest.fixture
def admin(world: World) -> Person:
    return world.staff("admin")


@pytest.fixture
def customer(world: World) -> Person:
    return world.person("customer")


def ask(person: Person, **given: Any) -> Any:
    body: Json = {"currency": "INR", "limit": 500, "reason": "We order each week."}
    return person.post(REQUESTS, body | given)


def asked(person: Person, **given: Any) -> Json:
    answer = ask(person, **given)
    assert answer.status_code == 201, answer.text
    return answer.json()["data"]["request"]


def decide(person: Person, request: Json, action: str, **body: Any) -> Any:
    return person.post(f"{REQUESTS}/{request['id']}/{action}", body)


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def types(person: Person) -> list[str]:
    return [each["type"] for each in person.get("/api/notifications").json()["data"]["notifications"]]


@pytest.mark.parametrize(("given", "limit"), [({}, 500), ({"limit": 300.5}, 300.5)])
def test_an_approval_sets_the_limit(admin: Person, customer: Person, given: Json, limit: float) -> None:
    request = asked(customer)
    assert request["allowedActions"] == ["withdraw"]
    done = decide(admin, request, "approve", reason="known", **given).json()["data"]["request"]
    assert (done["status"], done["approved"], done["allowedActions"]) == ("approved", limit, [])
    (credit,) = customer.get("/api/finance/credit").json()["data"]["credits"]
    assert (credit["limit"], credit["termDays"]) == (limit, 30)
    assert types(customer)[0] == "credit_approved"
    assert code(decide(admin, request, "reject", reason="late")) == (409, "illegal_transition")


def test_a_rejection_changes_no_limit_and_states_its_reason(admin: Person, customer: Person) -> None:
    request = asked(customer)
    done = decide(admin, request, "reject", reason="Too early.").json()["data"]["request"]
    assert (done["status"], done["decision"], done["approved"]) == ("rejected", "Too early.", None)
    assert customer.get("/api/finance/credit").json()["data"]["credits"] == []
    assert types(customer)[0] == "credit_rejected"
    assert asked(customer)["id"] != request["id"]


def test_there_is_one_pending_request_per_currency(customer: Person) -> None:
    answers = [gevent.spawn(ask, customer) for _ in range(5)]
    gevent.joinall(answers)
    assert sorted(answer.get().status_code for answer in answers) == [201, 409, 409, 409, 409]
    assert code(ask(customer)) == (409, "credit_request_pending")
    assert ask(customer, currency="EUR").status_code == 201


def test_only_its_customer_withdraws_a_request(admin: Person, customer: Person, world: World) -> None:
    request, other = asked(customer), world.person("customer")
    assert code(decide(admin, request, "withdraw")) == (403, "forbidden")
    assert code(decide(other, request, "withdraw")) == (404, "not_found")
    assert code(decide(customer, request, "withdraw", expectedVersion=2)) == (409, "stale_version")
    assert decide(customer, request, "withdraw").json()["data"]["request"]["status"] == "withdrawn"
    assert code(decide(admin, request, "approve", reason="known")) == (409, "illegal_transition")


def test_customers_see_their_own_requests_only(admin: Person, customer: Person, world: World) -> None:
    request, other = asked(customer), world.person("customer")
    assert other.get(f"{REQUESTS}?userId={customer.id}").json()["data"]["requests"] == []
    assert other.get(f"{REQUESTS}/{request['id']}").status_code == 404
    (found,) = admin.get(f"{REQUESTS}?userId={customer.id}").json()["data"]["requests"]
    assert found["allowedActions"] == ["approve", "reject"]


def test_partners_request_no_credit(world: World) -> None:
    assert code(ask(world.person("tailor"))) == (403, "forbidden")


def test_a_deleted_customer_leaves_no_text(admin: Person, customer: Person) -> None:
    request = asked(customer)
    exported = customer.get("/api/auth/export").json()["data"]["export"]
    assert [each["reason"] for each in exported["creditRequests"]] == ["We order each week."]
    assert customer.call("DELETE", "/api/auth/me", {"password": PASSWORD}).status_code == 200
    left = admin.get(f"{REQUESTS}/{request['id']}").json()["data"]["request"]
    assert (left["status"], left["reason"]) == ("withdrawn", "(deleted)")


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"limit": 0}, "limit"),
        ({"limit": -1}, "limit"),
        ({"limit": 0.001}, "limit"),
        ({"limit": 1e14}, "limit"),
        ({"currency": "XXX"}, "currency"),
        ({"reason": " "}, "reason"),
        ({"userId": new_id()}, "userId"),
    ],
)
def test_a_malformed_request_is_refused(customer: Person, given: Json, field: str) -> None:
    answer = ask(customer, **given)
    assert answer.status_code == 422, answer.text
    assert field in answer.json()["error"]["details"]
