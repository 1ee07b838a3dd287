"""Refunds at a real Razorpay stub: sent once, whatever fails or dies, and booked as the stub's own books are."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from metaia.core import db
from metaia.core.json import Json
from metaia.dev.stubs.server import Mood, Stub
from metaia.ledger import queries as ledger_queries
from metaia.ledger.chart import Account
from metaia.payments import queries as payment_queries
from metaia.payments import service as payment_service
from metaia.payments.purposes.registry import Purpose
from metaia.payments.refunds import jobs, queries, service
from metaia.payments.refunds.queries import Refund
from metaia.providers.payments import registry
from tests.payments.purposes import Things
from tests.payments.refunds.conftest import Paid
from tests.providers.payments.stubs import razorpay

ROOT = Path(__file__).parents[3]
PROGRAM = """
from metaia.app import create_app
from metaia.payments.refunds import jobs
app = create_app()
with app.app_context():
    jobs.send()
"""
pytestmark = pytest.mark.usefixtures("context", "configured", "alone")


@pytest.fixture
def alone(context: None) -> None:
    """Let refunds of other tests wait."""
    with db.transaction():
        db.execute(text("UPDATE refunds SET due_at = NULL WHERE settled_at IS NULL"))


@pytest.fixture
def thing(things: Things) -> Purpose:
    return things.add(1000)


@pytest.fixture
def requested(paid: Paid, thing: Purpose) -> Refund:
    """Give a requested refund of 10 of 10 INR."""
    return request(paid(1000, thing))


def request(payment_id: str) -> Refund:
    with db.transaction():
        [made] = service.request(payment_id, 1000, "other")
        return made


def now_of(refund: Refund) -> Refund:
    found = queries.get(refund.id)
    assert found
    return found


def due_now(refund: Refund) -> None:
    with db.transaction():
        db.execute(text("UPDATE refunds SET due_at = now() WHERE id = :id"), {"id": refund.id})


def books_of(thing: Purpose, refund: Refund) -> tuple[int, int, str]:
    """Return what the purpose's account has, what was refunded of the payment, and the payment's status."""
    account = Account("due", thing.subject, "INR")
    payment = payment_queries.by_id(refund.payment_id)
    assert payment
    return ledger_queries.balances([account])[account], payment.refunded, payment.status


def made_at(books: razorpay.Books, refund: Refund) -> list[Json]:
    """Return the refunds of the attempt that the stub knows."""
    return [each for each in books.refunds.values() if each["payment_id"] == refund.attempt]


def test_a_refund_is_sent_and_booked(books: razorpay.Books, thing: Purpose, requested: Refund) -> None:
    assert jobs.send() == 1
    [made] = made_at(books, requested)
    found = now_of(requested)
    assert (found.status, found.provider_ref, found.due_at, found.tries) == ("processed", made["id"], None, 1)
    assert (made["amount"], made["notes"]) == (1000, {"refundId": requested.id})
    assert books_of(thing, requested) == (0, 1000, "refunded")
    assert jobs.send() == 0


@pytest.mark.chaos
@pytest.mark.parametrize(("point", "calls"), [("refund_claimed", 0), ("refund_sent", 1), ("refund_taken", 1)])
def test_a_killed_worker_refunds_once(
    books: razorpay.Books, settings: dict[str, str], paid: Paid, point: str, calls: int
) -> None:
    """Its payment has no purpose, as the purposes of these tests exist in one process only."""
    refund = request(paid(1000))
    environment = os.environ | settings | {"METAIA_FAULT": point}
    killed = subprocess.run([sys.executable, "-c", PROGRAM], cwd=ROOT, env=environment, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert len(made_at(books, refund)) == calls
    assert now_of(refund).status == ("processed" if point == "refund_taken" else "sending")
    assert jobs.send() == 0  # it is not due before its pause has passed
    due_now(refund)
    jobs.send()
    assert len(made_at(books, refund)) == 1
    assert now_of(refund).status == "processed"
    booked = [posting.key for posting in payment_queries.booked([f"payment-{refund.payment_id}"])]
    assert [key for key in booked if "refund" in key] == [
        f"refund:{refund.id}",
        f"refund:{refund.id}:processed",
    ]


@pytest.mark.parametrize(("mood", "calls"), [(Mood(drop=True, takes=True), 1), (Mood(status=503), 0)])
def test_an_unanswered_refund_is_asked_for_before_it_is_sent_again(
    books: razorpay.Books, stub: Stub, thing: Purpose, requested: Refund, mood: Mood, calls: int
) -> None:
    stub.moods["razorpay"] = iter([mood])
    jobs.send()
    waiting = now_of(requested)
    assert (waiting.status, waiting.tries, bool(waiting.error)) == ("sending", 1, True)
    assert len(made_at(books, requested)) == calls
    books.forget_keys()  # of idempotency, as providers do after a day
    due_now(requested)
    jobs.send()
    assert [each["amount"] for each in made_at(books, requested)] == [1000]
    found = now_of(requested)
    assert (found.status, found.error, found.tries) == ("processed", None, 2)
    assert books_of(thing, requested) == (0, 1000, "refunded")


def test_a_refused_refund_fails_and_leaves_the_money_to_the_customer(
    books: razorpay.Books, thing: Purpose, requested: Refund
) -> None:
    entity = books.payments[requested.attempt]
    entity |= {"captured": False}
    jobs.send()
    found = now_of(requested)
    assert (found.status, found.due_at) == ("failed", None)
    assert found.failure
    assert "captured" in found.failure
    assert books_of(thing, requested) == (1000, 0, "completed")
    entity |= {"captured": True}
    with db.transaction():
        service.lock(requested.payment_id)
        again = service.retry(found, str(thing.partner_id))
    jobs.send()
    assert now_of(again).status == "processed"
    assert books_of(thing, requested) == (0, 1000, "refunded")


def test_a_refund_that_fails_at_the_provider_counts_for_nothing(
    books: razorpay.Books, thing: Purpose, requested: Refund
) -> None:
    jobs.send()
    [made] = made_at(books, requested)
    made |= {"status": "failed"}
    ask(requested)
    assert now_of(requested).status == "failed"
    assert books_of(thing, requested) == (1000, 0, "completed")


def test_a_pending_refund_is_asked_for_until_it_has_ended(
    books: razorpay.Books, thing: Purpose, requested: Refund
) -> None:
    entity = books.payments[requested.attempt]
    books.refunded(entity, 1000, {"refundId": requested.id})["status"] = "pending"
    ask(requested)
    assert (now_of(requested).status, now_of(requested).settled_at) == ("pending", None)
    due_now(requested)
    assert jobs.send() == 1
    assert len(made_at(books, requested)) == 1
    made_at(books, requested)[0]["status"] = "processed"
    due_now(requested)
    jobs.send()
    assert now_of(requested).status == "processed"
    assert books_of(thing, requested) == (0, 1000, "refunded")


def test_without_its_provider_a_refund_waits(
    app: Flask, monkeypatch: pytest.MonkeyPatch, requested: Refund
) -> None:
    with monkeypatch.context() as patch:
        patch.setitem(app.config, "RAZORPAY_KEY_ID", "")
        jobs.send()
    found = now_of(requested)
    assert found.status == "sending"
    assert found.error
    assert "razorpay is not configured" in found.error


def ask(refund: Refund) -> None:
    """Take what the provider states about the refunds of an attempt, as reconciliation does."""
    with db.transaction():
        facts = registry.provider("razorpay").ask_refunds(refund.attempt)
        payment_service.take(facts, source="test")
