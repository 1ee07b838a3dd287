"""The auditor finds nothing in what `take` has written, and each broken rule is named by its name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import text

from metaia.core import db
from metaia.core.ids import new_id
from metaia.ledger.audit import registry
from metaia.payments import service
from tests.payments.facts import attempt, dispute, fee, refund

STATE, BOOKED, CURRENCY = "payment_is_its_facts", "payment_is_booked", "payment_currency"
REFUND, DISPUTE = "refund_is_its_facts", "dispute_is_its_facts"


class Undo(Exception):
    """Rolls a transaction back."""


@pytest.fixture
def payment(app: Flask) -> Iterator[str]:
    """Give the id of a payment of this test's own, with facts of each kind."""
    name = f"pay_{new_id()}"
    facts = [
        attempt(0, "captured", name=name, payment=f"order_{name}"),
        fee(1, 20, name),
        replace(refund(2, "processed", 300, None, attempt=name), reference=f"rfnd_{name}"),
        replace(dispute(3, "open", 100, f"disp_{name}"), attempt=name),
    ]
    with app.app_context():
        for fact in facts:
            with db.transaction():
                service.take([fact], source="test")
        found = text("SELECT id FROM payments WHERE reference = :reference")
        yield str(db.fetch_value(found, {"reference": f"order_{name}"}))


def findings(payment_id: str) -> set[str]:
    """Return the names of the rules that a payment, its refund or its dispute breaks."""
    found = [
        finding
        for name in (STATE, BOOKED, CURRENCY, REFUND, DISPUTE)
        for finding in registry.check(name, full=True)
    ]
    own = text(
        "SELECT CAST(id AS text) FROM refunds WHERE payment_id = :id"
        " UNION SELECT CAST(id AS text) FROM disputes WHERE payment_id = :id"
        " UNION SELECT 'refund:razorpay:' || reference FROM payment_facts WHERE payment_id = :id"
    )
    subjects = {payment_id, *(row.id for row in db.fetch_all(own, {"id": payment_id}))}
    return {finding.rule for finding in found if finding.subject in subjects}


def test_nothing_is_found_in_sound_books(payment: str) -> None:
    assert findings(payment) == set()
    assert registry.check(STATE, full=False) == registry.check(BOOKED, full=False) == []


def test_money_in_another_currency_is_found_until_it_is_given_back(payment: str) -> None:
    name = f"pay_{new_id()}"
    reference = db.fetch_value(text("SELECT reference FROM payments WHERE id = :id"), {"id": payment})
    foreign = attempt(5, "captured", 70, name, payment=reference, currency="USD")
    returned = refund(6, "processed", 70, None, attempt=name, reference=f"rfnd_{name}", currency="USD")
    for fact, expected in ((foreign, {CURRENCY}), (returned, set())):
        with db.transaction():
            service.take([fact], source="test")
        assert findings(payment) == expected


@pytest.mark.parametrize(
    ("sql", "broken"),
    [
        ("UPDATE payments SET refunded = refunded - 1 WHERE id = :id", {STATE}),
        ("UPDATE payments SET status = 'completed' WHERE id = :id", {STATE}),
        ("DELETE FROM payment_facts WHERE payment_id = :id AND kind = 'dispute'", {STATE, DISPUTE}),
        ("UPDATE disputes SET status = 'won' WHERE payment_id = :id", {DISPUTE}),
        ("UPDATE refunds SET status = 'failed' WHERE payment_id = :id", {REFUND}),
        ("UPDATE refunds SET amount = 299 WHERE payment_id = :id", {REFUND}),
        ("DELETE FROM refunds WHERE payment_id = :id", {REFUND}),
        ("DELETE FROM payment_facts WHERE payment_id = :id AND kind = 'fee'", {BOOKED}),
        (
            "UPDATE payment_facts SET amount = 999 WHERE payment_id = :id AND kind = 'attempt'",
            {STATE, BOOKED},
        ),
        (
            "UPDATE ledger_postings SET subject = 'x' WHERE subject = 'payment-' || CAST(:id AS text)",
            {BOOKED},
        ),
    ],
)
def test_a_broken_rule_is_named(payment: str, sql: str, broken: set[str]) -> None:
    with suppress(Undo), db.transaction():
        db.execute(text("SET LOCAL session_replication_role = replica"))
        db.execute(text(sql), {"id": payment})
        assert findings(payment) == broken
        raise Undo
