"""Stripe: calls at a stub that checks them, and events as facts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from metaia.dev.stubs.server import Mood, Stub
from metaia.payments import state
from metaia.payments.booking import disputes as dispute_state
from metaia.providers.errors import Permanent, Temporary
from metaia.providers.payments import reading, signatures, stripe_facts
from metaia.providers.payments.facts import RefundFact
from metaia.providers.payments.interface import Evidence, EvidenceFile, Intent, Question, Reading, RefundOrder
from metaia.providers.payments.stripe import Stripe
from tests.providers.payments.facts import NOW, seen
from tests.providers.payments.stubs import stripe as vendor

INTENT = Intent(
    id="019bd6a0-0000-7000-8000-000000000001", amount=1999, currency="EUR", description="Order M1"
)
REFUND_ID = "019bd6a0-0000-7000-8000-00000000000f"


@pytest.fixture
def books() -> vendor.Books:
    return vendor.Books()


@pytest.fixture
def stripe(stub: Stub) -> Iterator[Stripe]:
    made = Stripe(vendor.SECRET_KEY, vendor.PUBLISHABLE_KEY, stub.url, stub.url)
    yield made
    made.close()


def order(attempt: str, amount: int) -> RefundOrder:
    return RefundOrder(id=REFUND_ID, reference=attempt, attempt=attempt, amount=amount, currency="EUR")


def read(body: bytes) -> Reading:
    return reading.read(json.loads(body), NOW, stripe_facts.reading)


def test_an_intent_is_opened_once_and_asked(stripe: Stripe, books: vendor.Books) -> None:
    opened = stripe.create(INTENT)
    assert stripe.create(INTENT) == opened
    assert list(books.intents) == [opened.reference]
    assert opened.to_pay["publishableKey"] == vendor.PUBLISHABLE_KEY
    assert stripe.ask(opened.reference) == ()
    books.pay(opened.reference)
    assert seen(stripe.ask(opened.reference)) == [("attempt", "captured", 1999), ("fee", "charged", 59)]


def test_the_same_key_with_another_amount_is_refused(stripe: Stripe) -> None:
    stripe.create(INTENT)
    with pytest.raises(Permanent, match="idempotency_error"):
        stripe.create(replace(INTENT, amount=2000))


def test_an_authorization_is_captured_in_part_or_cancelled(stripe: Stripe, books: vendor.Books) -> None:
    first = stripe.create(INTENT).reference
    books.pay(first, "requires_capture")
    assert seen(stripe.ask(first)) == [("attempt", "authorized", 1999)]
    assert seen(stripe.capture(first, 1500, "EUR")) == [("attempt", "captured", 1500)]
    with pytest.raises(Permanent):
        stripe.cancel(first)
    second = stripe.create(replace(INTENT, id=REFUND_ID)).reference
    assert seen(stripe.cancel(second)) == [("attempt", "voided", 1999)]


def test_a_refund_is_made_once_and_recognized_by_our_id(stripe: Stripe, books: vendor.Books) -> None:
    intent = stripe.create(INTENT).reference
    books.pay(intent)
    [fact] = stripe.refund(order(intent, 500))
    assert stripe.refund(order(intent, 500))[0].key == fact.key
    assert isinstance(fact, RefundFact)
    assert (fact.refund_id, len(books.refunds)) == (REFUND_ID, 1)
    assert state.of(stripe.ask(intent), "EUR").refunded == 500


def test_a_lost_answer_is_found_by_asking(stripe: Stripe, books: vendor.Books, stub: Stub) -> None:
    intent = stripe.create(INTENT).reference
    books.pay(intent)
    stub.moods["stripe"] = iter([Mood(drop=True, takes=True)])
    with pytest.raises(Temporary):
        stripe.refund(order(intent, 500))
    assert [fact.amount for fact in stripe.ask_refunds(intent)] == [500]


def test_a_refund_in_the_dashboard_makes_us_ask(stripe: Stripe, books: vendor.Books) -> None:
    intent = books.pay(stripe.create(INTENT).reference)
    refund = books.refunded(intent, 300)
    charge = {"id": intent["latest_charge"], "payment_intent": intent["id"], "amount_refunded": 300}
    hint = read(books.event("charge.refunded", charge)[0])
    assert (hint.facts, hint.questions) == ((), (Question("refunds", intent["id"]),))
    asked = stripe.ask_refunds(intent["id"])
    for event in ("refund.created", "refund.updated", "charge.refund.updated"):
        assert {fact.key for fact in read(books.event(event, refund)[0]).facts} == {
            fact.key for fact in asked
        }


def test_a_refund_fails_weeks_after_success(stripe: Stripe, books: vendor.Books) -> None:
    intent = books.pay(stripe.create(INTENT).reference)
    refund = books.refunded(intent, 1999)
    facts = [*stripe.ask(intent["id"])]
    assert state.of(facts, "EUR").status == "refunded"
    refund["status"] = "failed"
    facts += read(books.event("refund.failed", refund)[0]).facts
    assert state.of(facts, "EUR").status == "completed"


def test_a_dispute_takes_money_when_it_opens_and_gives_it_back(stripe: Stripe, books: vendor.Books) -> None:
    intent = books.pay(stripe.create(INTENT).reference)
    taken = {"id": "txn_1", "amount": -1999, "fee": 1500, "currency": "eur", "created": vendor.NOW + 10}
    dispute = {
        "id": "du_1", "amount": 1999, "currency": "eur", "payment_intent": intent["id"],
        "status": "needs_response", "reason": "fraudulent", "balance_transactions": [taken],
    }  # fmt: skip
    facts = [
        *stripe.ask(intent["id"]),
        *read(books.event("charge.dispute.funds_withdrawn", dispute)[0]).facts,
    ]
    assert state.of(facts, "EUR").status == "disputed"
    back = {"id": "txn_2", "amount": 1999, "fee": 0, "currency": "eur", "created": vendor.NOW + 20}
    won = dispute | {"status": "won", "balance_transactions": [taken, back]}
    facts += read(books.event("charge.dispute.closed", won)[0]).facts
    [found] = dispute_state.disputes(facts)
    assert (found.status, found.outstanding, state.of(facts, "EUR").status) == ("won", (), "completed")
    assert [(each.status, each.amount, each.fee) for each in found.movements] == [
        ("withdrawn", 1999, 1500), ("reinstated", 1999, 0),
    ]  # fmt: skip


def test_a_declined_card_is_a_failure_and_never_final(stripe: Stripe, books: vendor.Books) -> None:
    intent = books.intents[stripe.create(INTENT).reference]
    declined = intent | {"last_payment_error": {"code": "card_declined", "message": "declined"}}
    facts = [*read(books.event("payment_intent.payment_failed", declined)[0]).facts]
    assert state.of(facts, "EUR").status == "failed"
    facts += read(books.event("payment_intent.succeeded", books.pay(intent["id"]))[0]).facts
    assert state.of(facts, "EUR").status == "completed"


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"type": "payout.paid", "data": {"object": {"id": "po_1"}}},
        {"type": "payment_intent.created", "data": {"object": {"id": "pi_1"}}},
        {"type": "payment_intent.succeeded", "data": {}},
        {"type": "charge.refunded", "data": {"object": {"payment_intent": None}}},
        {"type": ["x"], "data": {"object": {}}},
    ],
)
def test_what_says_nothing_is_a_note(content: object) -> None:
    found = reading.read(content, NOW, stripe_facts.reading)
    assert (found.facts, found.questions) == ((), ())
    assert found.note


def test_times_of_signatures_are_checked_both_ways(books: vendor.Books) -> None:
    body, header = books.event("refund.created", {})
    for minutes, expected in ((0, True), (4, True), (-4, True), (6, False), (-6, False)):
        at = datetime.now(UTC) + timedelta(minutes=minutes)
        found = signatures.stripe_webhook(
            f"{vendor.WEBHOOK_SECRET},whsec_older",
            body,
            header,
            received_at=at,
            tolerance=timedelta(minutes=5),
        )
        assert found is expected


def test_a_dispute_is_closed_once(stripe: Stripe, books: vendor.Books) -> None:
    dispute = books.disputed(books.pay(stripe.create(INTENT).reference), 1999)["id"]
    opened = seen(stripe.ask_dispute(dispute))
    assert opened == [("dispute", "open", 1999), ("funds", "withdrawn", 1999)]
    assert seen(stripe.accept_dispute(dispute)) == [("dispute", "lost", 1999), ("funds", "withdrawn", 1999)]
    assert stripe.accept_dispute(dispute)  # the key makes it one call


def test_a_dispute_is_contested_with_a_file(stripe: Stripe, books: vendor.Books) -> None:
    dispute = books.disputed(books.pay(stripe.create(INTENT).reference), 1999)
    file = EvidenceFile("proof.pdf", "application/pdf", b"%PDF")
    facts = stripe.contest_dispute(dispute["id"], Evidence("1", "It was delivered.", (file, file)))
    assert ("dispute", "under_review", 1999) in seen(facts)
    assert len(books.files) == 1
