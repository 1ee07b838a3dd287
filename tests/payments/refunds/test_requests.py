"""Requests of refunds: never more than what is left, however many arrive at once."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from gevent.pool import Pool

from metaia.core import db
from metaia.core.errors import Problem
from metaia.core.ids import new_id
from metaia.ledger import queries as ledger_queries
from metaia.ledger.chart import Account
from metaia.payments import queries
from metaia.payments import service as payment_service
from metaia.payments.giving_back import service as giving_back
from metaia.payments.purposes.registry import Purpose
from metaia.payments.refunds import queries as refund_queries
from metaia.payments.refunds import service
from metaia.payments.refunds.queries import Refund
from metaia.providers.payments import razorpay_facts
from metaia.providers.payments.facts import DisputeFact, Fact
from tests.payments.facts import at, attempt, dispute, refund
from tests.payments.purposes import Things
from tests.payments.refunds.conftest import Paid
from tests.providers.payments.stubs import razorpay

MANY, CONNECTIONS = 200, 8  # a process has 10, and the tests' relay and feed use some
pytestmark = pytest.mark.usefixtures("context")


@pytest.fixture
def thing(things: Things) -> Purpose:
    return things.add(1000)


def request(payment_id: str, amount: int | None, **more: Any) -> Refund:
    [made] = parts(payment_id, amount, **more)
    return made


def parts(payment_id: str, amount: int | None, **more: Any) -> list[Refund]:
    with db.transaction():
        return service.request(payment_id, amount, "other", **more)


def refused(payment_id: str, amount: int | None) -> tuple[str, Any]:
    """Return the code of the refusal, and what is available."""
    with pytest.raises(Problem) as error:
        request(payment_id, amount)
    return error.value.code, error.value.details.get("available")


def take(*facts: Fact) -> None:
    with db.transaction():
        payment_service.take(facts, source="test")


def attempt_of(payment_id: str) -> str:
    return queries.facts(payment_id)[0].reference


def about(payment_id: str, fact: DisputeFact) -> DisputeFact:
    return replace(fact, attempt=attempt_of(payment_id))


def balances(thing: Purpose) -> tuple[int, int]:
    """Return what the purpose's account and the partner's have."""
    accounts = [Account("due", thing.subject, "INR"), Account("partner", str(thing.partner_id), "INR")]
    return tuple(ledger_queries.balances(accounts).values())  # type: ignore[return-value]


def all_refunds(thing: Purpose, reason: str = "order_cancelled") -> list[tuple[str, int]]:
    with db.transaction():
        made = giving_back.refund_all(thing.type, thing.id, reason)
    return [(refund.payment_id, refund.amount) for refund in made]


def test_a_request_is_booked_at_once(paid: Paid, thing: Purpose) -> None:
    payment_id = paid(1000, thing)
    made = request(payment_id, 300, note="Too long", by=thing.partner_id)
    assert refund_queries.get(made.id) == made
    assert (made.status, made.attempt, made.tries) == ("requested", attempt_of(payment_id), 0)
    found = queries.by_id(payment_id)
    assert found
    assert (found.status, found.captured, found.refunding, found.refunded) == (
        "completed",
        1000,
        300,
        0,
    )
    assert balances(thing) == (700, 0)


def test_of_200_requests_exactly_one_fits(app: Flask, paid: Paid, thing: Purpose) -> None:
    payment_id = paid(100, thing)

    def call() -> str:
        with app.app_context():
            try:
                return request(payment_id, 60).status
            except Problem as error:
                return f"{error.code} {error.details['available']}"

    at_once = Pool(CONNECTIONS)
    running = [at_once.spawn(call) for _ in range(MANY)]
    at_once.join(raise_error=True)
    assert Counter(each.value for each in running) == {"requested": 1, "refund_exceeds 0.4": MANY - 1}
    assert refund_queries.count(payment_id) == 1
    assert balances(thing) == (40, 0)


def test_without_an_amount_all_that_is_left_is_refunded(paid: Paid) -> None:
    payment_id = paid(1000)
    request(payment_id, 300)
    assert request(payment_id, None).amount == 700
    assert refused(payment_id, None) == ("not_refundable", 0)
    assert refused(payment_id, 1) == ("not_refundable", 0)


def amounts(made: list[Refund]) -> list[tuple[str, int]]:
    return [(each.payment_id, each.amount) for each in made]


def test_what_no_attempt_has_left_is_taken_of_all_payments(paid: Paid, thing: Purpose) -> None:
    first, second, third = paid(1000, thing), paid(400, thing), paid(300, thing)
    made = parts(first, 1200)
    assert amounts(made) == [(first, 1000), (second, 200)]
    assert {each.request_id for each in made} == {made[0].id}
    assert balances(thing) == (500, 0)
    assert refused(first, 100) == ("not_refundable", 5)
    assert refused(third, 501) == ("refund_exceeds", 5)
    assert amounts(parts(third, None)) == [(third, 300)]
    assert balances(thing) == (200, 0)


def test_of_one_payment_the_latest_attempt_is_refunded_first(paid: Paid, thing: Purpose) -> None:
    payment_id = paid(1000, thing)
    [capture, *_] = queries.facts(payment_id)
    again = replace(attempt(5, "captured", 600, f"pay_{new_id()}"), payment=capture.payment)  # type: ignore[attr-defined]
    take(again)
    assert [each.attempt for each in parts(payment_id, 1000)] == [capture.reference]  # enough by itself
    assert [(each.attempt, each.amount) for each in parts(payment_id, None)] == [(again.reference, 600)]
    other = paid(1000, thing)
    [capture, *_] = queries.facts(other)
    again = replace(attempt(5, "captured", 600, f"pay_{new_id()}"), payment=capture.payment)  # type: ignore[attr-defined]
    take(again)
    assert [(each.attempt, each.amount) for each in parts(other, 1100)] == [
        (again.reference, 600), (capture.reference, 500),
    ]  # fmt: skip


def test_a_failed_part_is_retried_alone(paid: Paid, thing: Purpose) -> None:
    first, second = paid(1000, thing), paid(400, thing)
    one, two = parts(first, 1400)
    take(refund(3, "processed", 1000, one.id, attempt=one.attempt))
    take(refund(3, "failed", 400, two.id, reference=two.id, attempt=two.attempt, failure="closed"))
    statuses = [each.status for each in refund_queries.of_request(one)]
    assert (statuses, balances(thing)) == (["processed", "failed"], (400, 0))
    failed = refund_queries.get(two.id)
    assert failed
    with db.transaction():
        service.lock(second)
        again = service.retry(failed, str(thing.partner_id))
    assert (again.payment_id, again.amount, again.request_id) == (second, 400, one.id)
    assert balances(thing) == (0, 0)


def test_a_part_that_cannot_be_sent_is_refused(paid: Paid, things: Things) -> None:
    thing = things.add(2000, "KWD")
    first, _ = paid(1000, thing, currency="KWD"), paid(1000, thing, currency="KWD")
    with pytest.raises(Problem) as error:
        parts(first, 1605)
    assert (error.value.code, error.value.details) == ("amount_not_payable", {"nearest": ["1.6", "1.61"]})


def test_what_a_provider_cannot_be_sent_stays_the_customers_claim(paid: Paid, things: Things) -> None:
    thing = things.add(2000, "KWD")
    paid(2000, thing, currency="KWD")
    for expected in ([1000], []):
        with db.transaction():
            made = giving_back.refund_all(thing.type, thing.id, "duplicate", at_most=1005 if expected else 5)
        assert [each.amount for each in made] == expected


def test_money_in_another_currency_is_not_taken(paid: Paid, thing: Purpose) -> None:
    first = paid(1000, thing)
    paid(1000, thing, currency="USD")
    assert refused(first, 1001) == ("refund_exceeds", 10)


def test_a_repeated_key_returns_the_first_refund(paid: Paid) -> None:
    payment_id, key = paid(1000), new_id()
    assert request(payment_id, 300, key=key) == request(payment_id, 300, key=key)
    assert refund_queries.count(payment_id) == 1


def test_what_was_never_captured_is_not_refundable(app: Flask, books: razorpay.Books) -> None:
    order = f"order_{new_id()}"
    books.orders[order] = {"id": order, "amount": 1000, "currency": "INR", "status": "created", "receipt": ""}
    take(*razorpay_facts.payment_facts(books.pay(order, status="authorized"), at(1)))
    assert refused(str(queries.id_of("razorpay", order)), 1000) == ("not_refundable", 0)


def test_an_unknown_payment_has_no_refunds() -> None:
    assert refused(new_id(), 1) == ("not_found", None)


def test_nothing_is_refunded_while_a_dispute_is_open(paid: Paid) -> None:
    payment_id = paid(1000)
    name = f"disp_{new_id()}"
    take(about(payment_id, dispute(2, "open", 400, name)))
    assert refused(payment_id, 100) == ("disputed", 0)
    take(about(payment_id, dispute(3, "lost", 400, name)))
    assert refused(payment_id, 700) == ("refund_exceeds", 6)
    assert request(payment_id, 600).amount == 600


def test_a_refund_is_possible_during_an_inquiry(paid: Paid) -> None:
    payment_id = paid(1000)
    take(replace(about(payment_id, dispute(2, "open", 400, f"disp_{new_id()}")), refundable=True))
    assert request(payment_id, 1000).amount == 1000


def test_a_payment_has_a_limited_number_of_refunds(paid: Paid, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "MOST", 2)
    payment_id = paid(1000)
    request(payment_id, 1)
    request(payment_id, 1)
    assert refused(payment_id, 1)[0] == "not_refundable"


def test_an_amount_that_cannot_be_sent_is_refused(paid: Paid) -> None:
    payment_id = paid(18_600, currency="KWD")
    with pytest.raises(Problem) as error:
        request(payment_id, 605)
    assert (error.value.code, error.value.details) == ("amount_not_payable", {"nearest": ["0.6", "0.61"]})


def test_all_that_an_ended_purpose_holds_is_refunded_once(paid: Paid, thing: Purpose) -> None:
    first, second = paid(1000, thing), paid(400, thing)
    request(first, 300)
    assert sorted(all_refunds(thing)) == sorted([(first, 700), (second, 400)])
    assert all_refunds(thing) == []
    assert balances(thing) == (0, 0)


def test_a_failed_refund_is_not_repeated_by_itself(paid: Paid, thing: Purpose) -> None:
    payment_id = paid(1000, thing)
    made = request(payment_id, 300)
    take(
        refund(3, "failed", 300, made.id, reference=made.id, attempt=made.attempt, failure="no such account")
    )
    failed = refund_queries.get(made.id)
    assert failed
    assert (failed.status, failed.failure, failed.due_at) == ("failed", "no such account", None)
    assert balances(thing) == (1000, 0)
    assert all_refunds(thing) == [(payment_id, 700)]
    assert balances(thing) == (300, 0)
