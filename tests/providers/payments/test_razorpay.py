"""Razorpay: calls at a stub that checks them, and webhooks as facts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from metaia.dev.stubs.server import Mood, Stub
from metaia.payments import state
from metaia.providers.errors import Permanent, Technical, Temporary
from metaia.providers.payments import razorpay_facts, reading, signatures
from metaia.providers.payments.facts import DisputeFact, FundsFact, RefundFact
from metaia.providers.payments.interface import Evidence, EvidenceFile, Intent, Reading, RefundOrder
from metaia.providers.payments.razorpay import Razorpay
from tests.providers.payments.facts import NOW, seen
from tests.providers.payments.stubs import razorpay as vendor

INTENT = Intent(
    id="019bd6a0-0000-7000-8000-000000000001", amount=1999, currency="INR", description="Order M1"
)
REFUND_ID = "019bd6a0-0000-7000-8000-00000000000f"


@pytest.fixture
def books() -> vendor.Books:
    return vendor.Books()


@pytest.fixture
def razorpay(stub: Stub) -> Iterator[Razorpay]:
    made = Razorpay(vendor.KEY_ID, vendor.KEY_SECRET, stub.url)
    yield made
    made.close()


def order(attempt: str, amount: int, refund_id: str = REFUND_ID) -> RefundOrder:
    return RefundOrder(id=refund_id, reference="", attempt=attempt, amount=amount, currency="INR")


def read(body: bytes) -> Reading:
    return reading.read(json.loads(body), NOW, razorpay_facts.reading)


def test_a_payment_is_opened_once_and_its_attempts_are_asked(razorpay: Razorpay, books: vendor.Books) -> None:
    opened = razorpay.create(INTENT)
    assert razorpay.create(INTENT) == opened
    assert list(books.orders) == [opened.reference]
    assert (opened.to_pay["keyId"], opened.to_pay["orderId"]) == (vendor.KEY_ID, opened.reference)
    assert razorpay.ask(opened.reference) == ()
    books.pay(opened.reference, status="failed")
    assert seen(razorpay.ask(opened.reference)) == [("attempt", "failed", 1999)]
    books.pay(opened.reference)
    facts = razorpay.ask(opened.reference)
    assert seen(facts) == [("attempt", "captured", 1999), ("attempt", "failed", 1999), ("fee", "charged", 39)]
    assert state.of(facts, "INR").status == "completed"


def test_an_authorized_attempt_is_captured(razorpay: Razorpay, books: vendor.Books) -> None:
    attempt = books.pay(razorpay.create(INTENT).reference, status="authorized")["id"]
    with pytest.raises(Permanent, match="equal to the amount"):
        razorpay.capture(attempt, 1000, "INR")
    assert seen(razorpay.capture(attempt, 1999, "INR")) == [
        ("attempt", "captured", 1999),
        ("fee", "charged", 39),
    ]


def test_a_refund_is_made_once_and_recognized_by_our_id(razorpay: Razorpay, books: vendor.Books) -> None:
    payment = books.pay(razorpay.create(INTENT).reference)
    [fact] = razorpay.refund(order(payment["id"], 500))
    assert razorpay.refund(order(payment["id"], 500))[0].reference == fact.reference
    assert isinstance(fact, RefundFact)
    assert (fact.refund_id, fact.status, len(books.refunds)) == (REFUND_ID, "processed", 1)
    books.refunded(payment, 100)
    asked = razorpay.ask_refunds(payment["id"])
    assert {each.refund_id for each in asked if isinstance(each, RefundFact)} == {REFUND_ID, None}
    assert state.of(razorpay.ask(payment["order_id"]), "INR").refunded == 600
    with pytest.raises(Permanent, match="greater"):
        razorpay.refund(order(payment["id"], 1500, REFUND_ID.replace("f", "e")))


def test_a_refund_that_came_back_is_among_the_facts_of_its_payment(
    razorpay: Razorpay, books: vendor.Books
) -> None:
    payment = books.pay(razorpay.create(INTENT).reference)
    books.refunded(payment, 500)["status"] = "failed"
    payment["amount_refunded"] = 0
    assert ("refund", "failed", 500) in seen(razorpay.ask(payment["order_id"]))


def test_the_answer_of_a_refund_is_lost_and_the_refund_is_not(
    razorpay: Razorpay, books: vendor.Books, stub: Stub
) -> None:
    payment = books.pay(razorpay.create(INTENT).reference)
    stub.moods["razorpay"] = iter([Mood(drop=True, takes=True)])
    with pytest.raises(Temporary):
        razorpay.refund(order(payment["id"], 500))
    [fact] = razorpay.ask_refunds(payment["id"])
    assert isinstance(fact, RefundFact)
    assert fact.refund_id == REFUND_ID


@pytest.mark.parametrize(
    ("status", "content", "error"),
    [
        (500, b"", Temporary),
        (429, b"{}", Temporary),
        (409, b"{}", Temporary),
        (401, b"{}", Technical),
        (422, b"[]", Permanent),
        (200, b"<html>", Technical),
        (200, b"{}", Technical),
        (200, b'{"id": {}}', Technical),
        (200, b'{"id": "rfnd_1", "status": "processed", "amount": 1.5, "currency": "INR"}', Technical),
    ],
)
def test_any_answer_is_an_error_of_ours(
    razorpay: Razorpay, stub: Stub, status: int, content: bytes, error: type[Exception]
) -> None:
    stub.moods["razorpay"] = iter([Mood(status=status, content=content)])
    with pytest.raises(error):
        razorpay.refund(order("pay_1", 500))


def test_wrong_credentials_are_ours(stub: Stub) -> None:
    wrong = Razorpay(vendor.KEY_ID, "other", stub.url)
    with pytest.raises(Technical, match="401"):
        wrong.create(INTENT)
    wrong.close()


def test_webhooks_are_facts(razorpay: Razorpay, books: vendor.Books) -> None:
    payment = books.pay(razorpay.create(INTENT).reference)
    body, signature = books.webhook("payment.captured", payment=payment)
    assert signatures.razorpay_webhook(f"older, {vendor.WEBHOOK_SECRET}", body, signature)
    found = read(body)
    assert seen(found.facts) == [("attempt", "captured", 1999), ("fee", "charged", 39)]
    assert {fact.key for fact in found.facts} == {fact.key for fact in razorpay.ask(payment["order_id"])}
    assert found.facts[0].at == datetime.fromtimestamp(vendor.NOW, UTC)
    refund = books.refunded(payment, 1999)
    body, _ = books.webhook("refund.processed", refund=refund, payment=payment)
    assert seen(read(body).facts) == [
        ("attempt", "captured", 1999), ("fee", "charged", 39), ("refund", "processed", 1999),
    ]  # fmt: skip


def test_an_authorization_that_expires_is_voided(razorpay: Razorpay, books: vendor.Books) -> None:
    payment = books.pay(razorpay.create(INTENT).reference, status="authorized")
    refund = books.refunded(payment, 1999)
    facts = read(books.webhook("refund.created", refund=refund, payment=payment)[0]).facts
    assert (state.of(facts, "INR").status, state.of(facts, "INR").refunded) == ("cancelled", 0)


def test_a_lost_dispute_takes_money_then(razorpay: Razorpay, books: vendor.Books) -> None:
    payment = books.pay(razorpay.create(INTENT).reference)
    dispute = {
        "id": "disp_1", "payment_id": payment["id"], "amount": 1999, "currency": "INR", "amount_deducted": 0,
        "status": "open", "reason_code": "fraud",
    }  # fmt: skip
    opened = read(books.webhook("payment.dispute.created", payment=payment, dispute=dispute)[0]).facts
    assert state.of(opened, "INR").status == "disputed"
    lost = dispute | {"status": "lost", "amount_deducted": 1999}
    facts = read(books.webhook("payment.dispute.lost", payment=payment, dispute=lost)[0]).facts
    assert [type(fact) for fact in facts[-2:]] == [DisputeFact, FundsFact]
    assert facts[-1].status == "deducted"


@pytest.mark.parametrize(
    "content",
    [
        {},
        [],
        None,
        {"event": "settlement.processed", "payload": {"settlement": {"entity": {}}}},
        {"event": "new.kind", "payload": {}},
        {
            "event": "payment.captured",
            "payload": {"payment": {"entity": {"id": "pay_1", "status": "captured"}}},
        },
        {"event": "payment.captured", "payload": {"payment": {"entity": None}}},
        {"event": "payment.captured", "payload": [], "created_at": 10**30},
    ],
)
def test_what_says_nothing_is_a_note(content: object) -> None:
    found = reading.read(content, NOW, razorpay_facts.reading)
    assert found.facts == ()
    assert found.note


@pytest.mark.parametrize("amount", [1999.0, "1999", True, None, float("nan"), [1]])
def test_an_amount_that_is_no_integer_is_a_note(
    razorpay: Razorpay, books: vendor.Books, amount: object
) -> None:
    payment = books.pay(razorpay.create(INTENT).reference) | {"amount": amount}
    content = {"event": "payment.captured", "payload": {"payment": {"entity": payment}}}
    assert reading.read(content, NOW, razorpay_facts.reading).note


def test_a_dispute_is_accepted_once(razorpay: Razorpay, books: vendor.Books) -> None:
    payment = books.pay(razorpay.create(INTENT).reference)
    dispute = books.disputed(payment, 1999)["id"]
    assert seen(razorpay.ask_dispute(dispute)) == [("dispute", "open", 1999)]
    lost = [("dispute", "lost", 1999), ("funds", "deducted", 1999)]
    assert seen(razorpay.accept_dispute(dispute)) == lost
    with pytest.raises(Permanent, match="status"):
        razorpay.accept_dispute(dispute)
    assert seen(razorpay.ask_dispute(dispute)) == lost


def test_a_dispute_is_contested_with_documents(razorpay: Razorpay, books: vendor.Books) -> None:
    dispute = books.disputed(books.pay(razorpay.create(INTENT).reference), 1999)
    with pytest.raises(Permanent, match="document"):
        razorpay.contest_dispute(dispute["id"], Evidence("1", "It was delivered."))
    file = EvidenceFile("proof.pdf", "application/pdf", b"%PDF")
    facts = razorpay.contest_dispute(dispute["id"], Evidence("1", "It was delivered.", (file, file)))
    assert seen(facts) == [("dispute", "under_review", 1999)]
    assert (len(books.documents), dispute["evidence"]["summary"]) == (2, "It was delivered.")
