"""Cash in hand: what is collected is carried, handed over, and asked for."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import gevent
import pytest
from flask import Flask

from metaia.core import db
from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.finance import days
from metaia.finance.cash import jobs
from metaia.ledger import queries as ledger_queries
from metaia.ledger import service as ledger_service
from metaia.ledger.chart import Account, Posting, credit, debit
from tests.support.people import Person, World

HANDOVERS, CASH = "/api/admin/finance/cash-handovers", "/api/finance/cash"


@pytest.fixture(autouse=True)
def context(app: Flask) -> Any:
    with app.app_context():
        yield


@pytest.fixture
def admin(world: World) -> Person:
    return world.staff("admin")


@pytest.fixture
def courier(world: World) -> Person:
    """A courier who carries 1,000.00 INR."""
    made = world.person("delivery")
    lines = [
        debit(Account("cash", made.id, "INR"), 100_000),
        credit(Account("due", f"order-{new_id()}", "INR"), 100_000),
    ]
    with db.transaction():
        ledger_service.post(Posting(f"cash:{new_id()}", "cash", lines))
    return made


def hand_over(admin: Person, user: Person, amount: Any, key: str | None = None, **more: Any) -> Any:
    body: Json = {"userId": user.id, "amount": amount, "currency": "INR"}
    return admin.post(HANDOVERS, body | more, headers={"Idempotency-Key": key or new_id()})


def carried(user: Person) -> Json:
    return {each["currency"]: each["inHand"] for each in user.get(CASH).json()["data"]["cash"]}


def test_what_is_handed_over_is_at_the_bank(admin: Person, courier: Person) -> None:
    bank, losses = (Account(kind, "house", "INR") for kind in ("bank", "losses"))
    before = ledger_queries.balances([bank, losses])
    assert carried(courier) == {"INR": 1000}
    answer = hand_over(admin, courier, 950.5, short=9.5)
    made = answer.json()["data"]["handover"]
    assert (answer.status_code, made["amount"], made["short"]) == (201, 950.5, 9.5)
    assert carried(courier) == {"INR": 40}
    after = ledger_queries.balances([bank, losses])
    assert [after[each] - before[each] for each in (bank, losses)] == [95_050, 950]
    listed = admin.get(f"{HANDOVERS}?userId={courier.id}").json()["data"]["handovers"]
    assert [each["id"] for each in listed] == [made["id"]]


def test_nobody_hands_over_more_than_they_carry(admin: Person, courier: Person) -> None:
    answer = hand_over(admin, courier, 1000, short=0.01)
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "insufficient_balance")
    assert carried(courier) == {"INR": 1000}
    assert admin.get(f"{HANDOVERS}?userId={courier.id}").json()["data"]["handovers"] == []


def test_handovers_at_the_same_moment_take_no_more_than_there_is(admin: Person, courier: Person) -> None:
    answers = [gevent.spawn(hand_over, admin, courier, 300) for _ in range(6)]
    gevent.joinall(answers)
    codes = [answer.get().status_code for answer in answers]
    assert (codes.count(201), codes.count(409)) == (3, 3)
    assert carried(courier) == {"INR": 100}


def test_a_key_is_required_and_makes_a_repetition_harmless(admin: Person, courier: Person) -> None:
    body = {"userId": courier.id, "amount": 10, "currency": "INR"}
    answer = admin.post(HANDOVERS, body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "idempotency_key_required")
    key = new_id()
    first, second = (hand_over(admin, courier, 10, key) for _ in range(2))
    assert first.json()["data"] == second.json()["data"]
    assert carried(courier) == {"INR": 990}


def test_couriers_are_asked_once_a_day_for_cash_of_an_earlier_day(courier: Person) -> None:
    def asked() -> list[Json]:
        listed = courier.get("/api/notifications").json()["data"]["notifications"]
        return [each["data"] for each in listed if each["type"] == "cash_due"]

    jobs.remind(days.today())
    assert asked() == []
    tomorrow = days.today() + timedelta(days=1)
    for _ in range(2):
        jobs.remind(tomorrow)
    assert [each["amount"] for each in asked()] == ["1000.00 INR"]
    jobs.remind(tomorrow + timedelta(days=1))
    assert len(asked()) == 2


def test_an_unknown_user_hands_over_nothing(admin: Person) -> None:
    body = {"userId": new_id(), "amount": 10, "currency": "INR"}
    answer = admin.post(HANDOVERS, body, headers={"Idempotency-Key": new_id()})
    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"amount": -1}, "amount"),
        ({"amount": 0}, "amount"),
        ({"amount": 0.001}, "amount"),
        ({"amount": 1e14}, "amount"),
        ({"short": -1}, "short"),
        ({"short": 0.001}, "short"),
        ({"currency": "XXX"}, "currency"),
        ({"userId": "x"}, "userId"),
        ({"receivedBy": new_id()}, "receivedBy"),
    ],
)
def test_a_malformed_handover_is_refused(admin: Person, courier: Person, given: Json, field: str) -> None:
    body = {"userId": courier.id, "amount": 10, "currency": "INR"} | given
    answer = admin.post(HANDOVERS, body, headers={"Idempotency-Key": new_id()})
    assert answer.status_code == 422, answer.text
    assert field in answer.json()["error"]["details"]
