"""Settlements: what is paid reduces what is owed, at most to 0, once."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest
from flask import Flask

from metaia.core import db
from metaia.core.errors import Conflict
from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.core.times import now
from metaia.finance.credit import service as credit_service
from metaia.finance.settlements import jobs, queries, service
from metaia.finance.settlements.service import TYPE
from metaia.jobs import registry as job_registry
from metaia.ledger import queries as ledger_queries
from metaia.ledger import service as ledger_service
from metaia.ledger.audit import registry as audit
from metaia.ledger.chart import Account, Posting, credit, debit
from metaia.payments import queries as payment_queries
from metaia.payments import service as payment_service
from metaia.payments.purposes import registry
from metaia.payments.refunds import queries as refund_queries
from metaia.providers.payments.facts import Fact
from tests.payments.facts import attempt, refund
from tests.support.people import Person, World

ORDER = "00000000-0000-4000-8000-000000000000"


@pytest.fixture(autouse=True)
def context(app: Flask) -> Any:
    with app.app_context():
        yield


@pytest.fixture
def customer(world: World) -> Person:
    """A customer with a limit of 100.00 INR who owes 60.00."""
    made = world.person("customer")
    lines = [debit(account("credit", made.id), 6000), credit(account("partner", new_id()), 6000)]
    with db.transaction():
        credit_service.put(made.id, "INR", 10_000, 30, "a test")
        ledger_service.post(Posting(f"credit:{new_id()}", "credit", lines))
    return made


def account(kind: str, owner: str) -> Account:
    return Account(kind, owner, "INR")


def balance(kind: str, owner: str) -> int:
    return ledger_queries.balances([account(kind, owner)])[account(kind, owner)]


def open_(customer: Person, amount: int) -> str:
    return registry.find(TYPE).open(customer.id, "INR", amount)  # type: ignore[attr-defined]


def take(facts: list[Fact], settlement: str) -> None:
    with db.transaction():
        payment_service.take(facts, source="test", purpose=registry.find(TYPE).read(settlement))


def shown(customer: Person) -> Json:
    (found,) = customer.get("/api/finance/credit").json()["data"]["credits"]
    return found


def findings(settlement: str) -> list[Any]:
    rules = ("payment_is_booked", "payment_is_its_facts")
    return [each for rule in rules for each in audit.check(rule, full=True) if settlement in str(each)]


def test_a_payment_reduces_what_is_owed_once(customer: Person) -> None:
    settlement, name = open_(customer, 2500), f"pay_{new_id()}"
    purpose = registry.find(TYPE).read(settlement)
    assert purpose is not None
    assert (purpose.payable, purpose.payer_id, purpose.terms.total) == (2500, customer.id, 0)
    for _ in range(2):
        take([attempt(1, "captured", 2500, name)], settlement)
    assert (shown(customer)["balance"], balance("due", purpose.subject)) == (35, 0)
    paid = registry.find(TYPE).read(settlement)
    assert paid is not None
    assert paid.payable == 0
    assert findings(settlement) == []


def test_the_customer_hears_of_a_repayment(customer: Person) -> None:
    socket, settlement = customer.socket(), open_(customer, 2500)
    take([attempt(1, "captured", 2500, f"pay_{new_id()}")], settlement)
    (event,) = socket.wait("finance:credit_changed", where=lambda data: data["reason"] == "repaid")
    assert (event["balance"], event["available"]) == (35, 65)


def refunds_of(settlement: str) -> list[tuple[int, str, str]]:
    payments = payment_queries.of_purpose(TYPE, settlement)
    found = refund_queries.of_payments([payment.id for payment in payments])
    return [(each.amount, each.status, each.reason) for each in found]


def test_more_than_is_owed_is_refunded(customer: Person) -> None:
    first, second = open_(customer, 5000), open_(customer, 6000)
    assert first != second
    for settlement, amount in ((first, 5000), (second, 6000)):
        take([attempt(1, "captured", amount, f"pay_{new_id()}")], settlement)
    assert shown(customer)["balance"] == 0
    assert balance("due", f"settlement-{second}") == 5000
    assert (service.give_back(first), service.give_back(second), service.give_back(second)) == (0, 1, 0)
    assert refunds_of(second) == [(5000, "requested", "duplicate")]
    assert balance("due", f"settlement-{second}") == 0
    assert shown(customer)["balance"] == 0
    assert findings(second) == []


def test_a_payment_of_what_is_not_owed_any_more_is_refunded_whole(customer: Person) -> None:
    first, second = open_(customer, 6000), open_(customer, 100)
    for settlement, amount in ((first, 6000), (second, 100)):
        take([attempt(1, "captured", amount, f"pay_{new_id()}")], settlement)
    service.give_back(second)
    assert refunds_of(second) == [(100, "requested", "duplicate")]
    assert balance("due", f"settlement-{second}") == 0


def test_a_job_that_gives_back_commits_with_the_payment(
    customer: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Json] = []
    monkeypatch.setattr(job_registry, "enqueue", lambda name, **given: asked.append({name: given}))
    settlement = open_(customer, 2500)
    take([attempt(1, "captured", 2500, f"pay_{new_id()}")], settlement)
    assert asked == []
    take([attempt(1, "captured", 2500, f"pay_{new_id()}")], settlement)
    assert asked == [{service.GIVE_BACK: {"settlement_id": settlement}}]


def test_a_failed_refund_of_an_excess_waits_for_staff(customer: Person) -> None:
    settlement = open_(customer, 2500)
    for _ in range(2):
        take([attempt(1, "captured", 2500, f"pay_{new_id()}")], settlement)
    service.give_back(settlement)
    [payment, other] = payment_queries.of_purpose(TYPE, settlement)
    [made] = refund_queries.of_payments([payment.id, other.id])
    take([refund(10**7, "failed", 2500, made.id, reference=made.id, attempt=made.attempt)], settlement)
    assert service.give_back(settlement) == 0
    assert balance("due", f"settlement-{settlement}") == 2500


def test_a_lost_job_is_made_up_for(customer: Person) -> None:
    settlement = open_(customer, 2500)
    for _ in range(2):
        take([attempt(1, "captured", 2500, f"pay_{new_id()}")], settlement)
    assert settlement in queries.overpaid(now() - timedelta(minutes=5), 1000)
    assert settlement not in queries.overpaid(now() + timedelta(minutes=5), 1000)
    jobs.give_back_all()
    assert refunds_of(settlement) == [(2500, "requested", "duplicate")]
    assert settlement not in queries.overpaid(now() - timedelta(minutes=5), 1000)


def test_a_second_capture_of_a_settlement_reduces_nothing_more(customer: Person) -> None:
    settlement = open_(customer, 2500)
    for _ in range(2):
        take([attempt(1, "captured", 2500, f"pay_{new_id()}")], settlement)
    assert (shown(customer)["balance"], balance("due", f"settlement-{settlement}")) == (35, 2500)
    found = queries.get(settlement)
    assert found is not None
    assert found.settled == 2500


def test_a_capture_that_the_provider_dates_ahead_of_our_clock_counts(customer: Person) -> None:
    settlement = open_(customer, 2500)
    take([attempt(60 * 24 * 365 * 20, "captured", 2500, f"pay_{new_id()}")], settlement)
    assert shown(customer)["balance"] == 35


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_order_of_facts_does_not_matter(customer: Person, order: tuple[int, ...]) -> None:
    settlement, name = open_(customer, 2500), f"pay_{new_id()}"
    facts = [
        attempt(1, "failed", 2500, name),
        attempt(2, "authorized", 2500, name),
        attempt(3, "captured", 2500, name),
    ]
    for number in order:
        take([facts[number]], settlement)
    assert shown(customer)["balance"] == 35
    assert findings(settlement) == []


def test_a_settled_amount_that_is_paid_back_is_a_loss(customer: Person) -> None:
    settlement, name, losses = open_(customer, 2500), f"pay_{new_id()}", balance("losses", "house")
    take([attempt(1, "captured", 2500, name)], settlement)
    take([refund(10**7, "requested", 2500, f"r{name}", attempt=name)], settlement)
    assert shown(customer)["balance"] == 35
    assert balance("losses", "house") == losses + 2500
    assert findings(settlement) == []


def test_no_more_can_be_paid_than_is_owed(customer: Person) -> None:
    with pytest.raises(Conflict) as error:
        open_(customer, 6001)
    assert (error.value.code, error.value.details) == ("nothing_owed", {"owed": 60, "currency": "INR"})
    settlement = open_(customer, 6000)
    assert open_(customer, 6000) == settlement
    take([attempt(1, "captured", 10, f"pay_{new_id()}")], open_(customer, 10))
    purpose = registry.find(TYPE).read(settlement)
    assert purpose is not None
    with pytest.raises(Conflict):
        registry.find(TYPE).refuse(purpose)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"creditSettlement": {"amount": 60.01, "currency": "INR"}}, 409, "nothing_owed"),
        ({"creditSettlement": {"amount": 1, "currency": "USD"}}, 409, "nothing_owed"),
        ({"creditSettlement": {"amount": 0, "currency": "INR"}}, 422, "invalid"),
        ({"creditSettlement": {"amount": 1.005, "currency": "INR"}}, 422, "invalid"),
        ({"creditSettlement": {"amount": 1}}, 422, "invalid"),
        ({"creditSettlement": {"amount": 1, "currency": "INR"}, "orderId": ORDER}, 422, "invalid"),
        ({}, 422, "invalid"),
    ],
)
def test_what_is_not_owed_is_not_paid(customer: Person, body: Json, status: int, code: str) -> None:
    answer = customer.post("/api/payments", body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
