"""Webhooks of payment providers: whatever their order, repetitions and delays, METAIA's books are the provider's."""

from __future__ import annotations

import json
import random
from typing import Any

import gevent
import pytest
import requests
from flask import Flask
from sqlalchemy import text

from metaia.core import db
from metaia.core.json import Json
from metaia.ledger import queries as ledger_queries
from metaia.ledger.chart import Account
from metaia.payments import service
from metaia.providers.payments import razorpay_facts
from metaia.providers.payments.facts import Fact
from tests.payments.facts import at
from tests.providers.payments.stubs import razorpay, stripe
from tests.webhooks.conftest import process, stored
from tests.webhooks.vendors import JSON, Vendors

SECRETS = {
    "RAZORPAY_WEBHOOK_SECRET": f"{razorpay.WEBHOOK_SECRET}, older",
    "STRIPE_WEBHOOK_SECRET": stripe.WEBHOOK_SECRET,
}
Sent = tuple[bytes, str]


@pytest.fixture(autouse=True)
def account(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SECRETS.items():
        monkeypatch.setitem(app.config, name, value)


@pytest.fixture
def books() -> razorpay.Books:
    return razorpay.Books(random.randrange(10**12))


def ordered(books: razorpay.Books, amount: int = 1000) -> str:
    number = f"order_{random.randrange(10**14):014}"
    books.orders[number] = {
        "id": number,
        "amount": amount,
        "currency": "INR",
        "status": "created",
        "receipt": "",
    }
    return number


def send(vendors: Vendors, sent: Sent, source: str = "razorpay") -> requests.Response:
    body, signature = sent
    name = "X-Razorpay-Signature" if source == "razorpay" else "Stripe-Signature"
    return vendors.call(source, body, JSON | {name: signature})


def payment(reference: str) -> Any:
    return db.fetch_one(text("SELECT * FROM payments WHERE reference = :id"), {"id": reference})


def events(payment_id: str) -> list[str]:
    query = text(
        "SELECT payload ->> 'status' AS status FROM event_log WHERE subject = :subject ORDER BY position"
    )
    return [row.status for row in db.fetch_all(query, {"subject": f"payment-{payment_id}"})]


def balance(kind: str, provider: str = "razorpay", currency: str = "INR") -> int:
    account = Account(kind, provider, currency)
    return ledger_queries.balances([account])[account]


def story(books: razorpay.Books) -> tuple[Json, list[Sent]]:
    """Return a payment that was refunded in part, and its webhooks as they happened."""
    paid = books.pay(ordered(books))
    before = dict(paid)
    refund = books.refunded(paid, 300)
    return paid, [
        books.webhook("payment.authorized", payment=before | {"status": "authorized", "captured": False}),
        books.webhook("payment.captured", payment=before),
        books.webhook("refund.created", refund=refund | {"status": "pending"}, payment=paid),
        books.webhook("refund.processed", refund=refund, payment=paid),
    ]


def test_only_new_facts_are_counted(books: razorpay.Books) -> None:
    facts = razorpay_facts.reading(json.loads(story(books)[1][1][0]), at(0)).facts
    with db.transaction():
        assert service.take(facts, source="a test") == len(facts) > 0
        assert service.take(facts, source="a test") == 0


def test_a_story_is_booked(vendors: Vendors, books: razorpay.Books) -> None:
    paid, sent = story(books)
    start = {kind: balance(kind) for kind in ("gateway", "suspense", "fees")}
    for each in sent:
        assert send(vendors, each).status_code == 204
        process()
    found = payment(paid["order_id"])
    assert (found.status, found.captured, found.refunded, found.refunding) == (
        "partially_refunded",
        1000,
        300,
        0,
    )
    assert {kind: balance(kind) - start[kind] for kind in start} == {
        "gateway": 1000 - 300 - paid["fee"], "suspense": 700, "fees": paid["fee"],
    }  # fmt: skip
    assert {row.error for row in stored(paid["order_id"])} == {None}


@pytest.mark.parametrize("seed", range(6))
def test_order_and_repetition_do_not_matter(vendors: Vendors, books: razorpay.Books, seed: int) -> None:
    paid, sent = story(books)
    start = {kind: balance(kind) for kind in ("gateway", "suspense")}
    shuffled = [
        *sent,
        *(books.webhook("payment.captured", payment=paid | {"status": "captured"}) for _ in range(2)),
    ]
    random.Random(seed).shuffle(shuffled)
    for each in [*shuffled, *sent]:
        assert send(vendors, each).status_code == 204
        if seed % 2:
            process()
    process()
    found = payment(paid["order_id"])
    assert (found.status, found.captured, found.refunded) == ("partially_refunded", 1000, 300)
    assert balance("gateway") - start["gateway"] == 700 - paid["fee"]
    assert balance("suspense") - start["suspense"] == 700


def test_a_refund_counts_once_its_payment_is_known(app: Flask, books: razorpay.Books) -> None:
    paid = books.pay(ordered(books))
    refund = books.refunded(paid, 1000)
    with app.app_context():
        take([*razorpay_facts.refund_facts(refund, at(5))])
        assert payment(paid["order_id"]) is None
        start = balance("suspense")
        take([*razorpay_facts.payment_facts(paid, at(1))])
        assert payment(paid["order_id"]).status == "refunded"
        assert balance("suspense") == start


def test_the_same_facts_at_the_same_time_are_booked_once(app: Flask, books: razorpay.Books) -> None:
    paid = books.pay(ordered(books))
    refund = books.refunded(paid, 400)
    facts = [*razorpay_facts.payment_facts(paid, at(1)), *razorpay_facts.refund_facts(refund, at(5))]
    with app.app_context():
        start = balance("suspense")

    def run(part: list[Fact]) -> None:
        with app.app_context():
            take(part)

    parts = [[fact] for fact in facts] * 6 + [facts] * 3
    random.Random(1).shuffle(parts)
    gevent.joinall([gevent.spawn(run, part) for part in parts], raise_error=True, timeout=30)
    with app.app_context():
        found = payment(paid["order_id"])
        assert (found.status, found.captured, found.refunded) == ("partially_refunded", 1000, 400)
        assert balance("suspense") - start == 600


def test_staff_see_each_status_once(vendors: Vendors, books: razorpay.Books, app: Flask) -> None:
    paid, sent = story(books)
    for each in [*sent, *sent]:
        send(vendors, each)
    process()
    with app.app_context():
        published = text(
            "SELECT payload ->> 'status' AS status FROM outbox WHERE subject = :subject ORDER BY id"
        )
        subject = f"payment-{payment(paid['order_id']).id}"
        found = [row.status for row in db.fetch_all(published, {"subject": subject})] or events(subject[8:])
    assert found == ["authorized", "completed", "completed", "partially_refunded"]


def test_stripes_events_are_booked_in_their_currency(vendors: Vendors) -> None:
    books = stripe.Books(random.randrange(10**12))
    intent: Json = {
        "id": f"pi_{random.randrange(10**12)}", "amount": 500000, "currency": "ugx", "status": "succeeded",
        "amount_received": 500000, "latest_charge": "ch_1", "client_secret": "never-stored-in-facts",
    }  # fmt: skip
    books.intents[intent["id"]] = intent
    start = balance("gateway", "stripe", "UGX")
    refund = books.refunded(intent, 100000)
    for kind, entity in (
        ("refund.created", refund),
        ("payment_intent.succeeded", intent),
        ("refund.updated", refund),
    ):
        assert send(vendors, books.event(kind, entity), "stripe").status_code == 204
    charge = {"payment_intent": intent["id"], "amount_refunded": 100000}
    assert send(vendors, books.event("charge.refunded", charge), "stripe").status_code == 204
    process()
    process(again=True)
    found = payment(intent["id"])
    assert (found.status, found.currency, found.captured, found.refunded) == (
        "partially_refunded",
        "UGX",
        5000,
        1000,
    )
    assert balance("gateway", "stripe", "UGX") - start == 4000
    assert {row.error for row in stored(intent["id"])} == {None}


@pytest.mark.parametrize("source", ["razorpay", "stripe"])
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{",
        b"\xff",
        b'{"type": "x", "event": "x"}',
        b'{"payload": {"payment": 1}}',
        b"[" * 9999,
    ],
)
def test_signed_nonsense_is_digested(vendors: Vendors, source: str, body: bytes) -> None:
    body += str(random.random()).encode() if body.startswith(b"{") is False else b""
    send(vendors, _signed(source, body), source)
    process()
    [row] = db.fetch_all(
        text("SELECT * FROM webhook_inbox WHERE body = :body AND source = :of"), {"body": body, "of": source}
    )
    assert (row.error, row.digested_at is None) == (None, False)


@pytest.mark.parametrize("amount", [10**14, -5, 1e400, "1000", 10.5])
def test_amounts_out_of_range_are_notes(vendors: Vendors, books: razorpay.Books, amount: Any) -> None:
    paid = books.pay(ordered(books)) | {"amount": amount}
    send(vendors, books.webhook("payment.captured", payment=paid))
    process()
    assert payment(paid["order_id"]) is None
    assert {row.error for row in stored(paid["order_id"])} == {None}


@pytest.mark.parametrize("source", ["razorpay", "stripe"])
def test_calls_that_are_not_the_vendors_are_refused(vendors: Vendors, source: str) -> None:
    body = json.dumps({"event": "x", "number": random.random()}).encode()
    _, signature = _signed(source, body)
    for sent in (
        (body, ""),
        (body, "é"),
        (body + b" ", signature),
        (body, signature.replace("=", "==")[:-1]),
    ):
        answer = send(vendors, (sent[0], sent[1].encode().decode("latin-1")), source)
        assert (answer.status_code, answer.json()["error"]["code"]) == (401, "webhook_refused")
    assert send(vendors, (body, signature), source).status_code == 204


def test_without_a_secret_there_is_no_address(
    vendors: Vendors, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "RAZORPAY_WEBHOOK_SECRET", "")
    assert send(vendors, (b"{}", "x")).status_code == 404


def take(facts: list[Fact]) -> None:
    with db.transaction():
        service.take(facts, source="test")


def _signed(source: str, body: bytes) -> Sent:
    return razorpay.signed(body) if source == "razorpay" else stripe.signed(body)
