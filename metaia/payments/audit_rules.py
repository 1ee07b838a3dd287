"""Rules of the ledger's auditor: payments and postings are what the facts require. Only the full run checks them.

A payment that changes while it is read is no finding: its facts and its row are read again.
"""

from __future__ import annotations

from collections.abc import Iterator

from flask import Flask

from metaia.core import rooms
from metaia.ledger.audit.registry import MOST, RULES
from metaia.payments import queries, state
from metaia.payments.booking import corrections
from metaia.payments.booking.postings import postings
from metaia.payments.queries import Payment
from metaia.payments.state import State
from metaia.providers.payments.facts import Fact

Found = tuple[str, str, str]


def register(app: Flask) -> None:
    """Register the rules of payments with the application."""
    RULES.register(app, "payment_is_its_facts", lambda everything: _first(_states()) if everything else [])
    RULES.register(app, "payment_is_booked", lambda everything: _first(_postings()) if everything else [])


def _states() -> Iterator[Found]:
    """Yield payments with another status or other amounts than their facts require."""
    for payment, facts in queries.with_facts():
        expected = state.of(facts)
        found = State(payment.status, payment.captured, payment.refunded, payment.refunding, payment.disputed)
        if found != expected and _is_unchanged(payment, facts):
            yield payment.id, str(expected), str(found)


def _postings() -> Iterator[Found]:
    """Yield payments for which the ledger lacks something, or has too much."""
    for payment, facts in queries.with_facts():
        subject = rooms.subject("payment", payment.id)
        missing = corrections.to_book(postings(facts, None, subject), queries.booked(subject))
        if missing and _is_unchanged(payment, facts):
            yield payment.id, "nothing to book", ", ".join(posting.key for posting in missing)


def _is_unchanged(payment: Payment, facts: list[Fact]) -> bool:
    return queries.by_id(payment.id) == payment and queries.facts(payment.id) == facts


def _first(found: Iterator[Found]) -> list[Found]:
    return [each for each, _ in zip(found, range(MOST), strict=False)]
