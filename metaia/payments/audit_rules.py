"""Rules of the ledger's auditor: payments and postings are what the facts require. Only the full run checks them.

A payment that changes while it is read is no finding: its facts and its row are read again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import fields
from typing import TypeVar

from flask import Flask

from metaia.ledger.audit.registry import MOST, RULES
from metaia.ledger.chart import Posting
from metaia.payments import queries, state
from metaia.payments.disputes import queries as dispute_queries
from metaia.payments.disputes import rows as dispute_rows
from metaia.payments.disputes.queries import Dispute
from metaia.payments.facts import of_kind
from metaia.payments.purposes import service as purposes
from metaia.payments.purposes.registry import Purpose
from metaia.payments.queries import Payment
from metaia.payments.refunds import queries as refund_queries
from metaia.payments.refunds import rows as refund_rows
from metaia.payments.refunds.queries import Refund
from metaia.payments.state import State
from metaia.providers.payments.facts import AttemptFact, Fact

Found = tuple[str, str, str]
Row = TypeVar("Row", Refund, Dispute)
Group = tuple[Purpose | None, list[Payment], list[str]]  # the last one: the subjects of what is booked


def register(app: Flask) -> None:
    """Register the rules of payments with the application."""
    RULES.register(app, "payment_is_its_facts", lambda everything: _first(_states()) if everything else [])
    RULES.register(app, "payment_currency", lambda everything: _first(_currencies()) if everything else [])
    RULES.register(app, "payment_is_booked", lambda everything: _first(_postings()) if everything else [])
    RULES.register(app, "refund_is_its_facts", lambda everything: _first(_refunds()) if everything else [])
    RULES.register(app, "dispute_is_its_facts", lambda everything: _first(_disputes()) if everything else [])


def _states() -> Iterator[Found]:
    """Yield payments with another status or other amounts than their facts require."""
    for page in queries.pages():
        facts = queries.facts_of([payment.id for payment in page])
        for payment in page:
            expected = state.of(facts[payment.id], payment.currency)
            found = State(*(getattr(payment, field.name) for field in fields(State)))
            if found != expected and _is_unchanged([payment], facts):
                yield payment.id, str(expected), str(found)


def _currencies() -> Iterator[Found]:
    """Yield payments that hold money in another currency than their own, which no refund of ours gives back."""
    for page in queries.pages():
        facts = queries.facts_of([payment.id for payment in page])
        for payment in page:
            others = {fact.currency for fact in of_kind(facts[payment.id], AttemptFact)} - {payment.currency}
            for currency in sorted(others):
                found = state.of(facts[payment.id], currency)
                if found.captured > found.refunded:
                    yield payment.id, f"0 {currency}", f"{found.captured - found.refunded} {currency}"


def _postings() -> Iterator[Found]:
    """Yield payments and purposes for which the ledger lacks something, or has too much or in another currency."""
    for page in queries.pages():
        facts, groups = queries.facts_of([payment.id for payment in page]), _by_purpose(page)
        booked = _by_subject(queries.booked([subject for _, _, subjects in groups for subject in subjects]))
        for purpose, payments, subjects in groups:
            yield from _foreign(purpose, payments)
            known = [fact for payment in payments for fact in facts[payment.id]]
            own = [posting for subject in subjects for posting in booked[subject]]
            missing = purposes.to_book(purpose, known, subjects, own)
            if missing and _is_unchanged(payments, facts) and purpose == purposes.of(payments[0]):
                subject = purpose.subject if purpose else payments[0].id
                yield subject, "nothing to book", ", ".join(posting.key for posting in missing)


def _foreign(purpose: Purpose | None, payments: list[Payment]) -> Iterator[Found]:
    """Yield payments that hold money in another currency than that of their purpose, for which it does not count."""
    for payment in payments:
        kept = payment.captured - payment.refunded
        if purpose and kept and payment.currency != purpose.currency:
            yield payment.id, f"0 {payment.currency}", f"{kept} {payment.currency}"


def _refunds() -> Iterator[Found]:
    """Yield refunds with another status or amount than their facts require, and those that only one of both has."""
    return _rows(refund_queries.of_payments, refund_rows.differences)


def _disputes() -> Iterator[Found]:
    """Yield disputes with another status or amount than their facts require, and those that only one of both has."""
    return _rows(dispute_queries.of_payments, dispute_rows.differences)


def _rows(
    read: Callable[[list[str]], list[Row]],
    differences: Callable[[list[Fact], list[Row]], Iterator[Found]],
) -> Iterator[Found]:
    for page in queries.pages():
        ids = [payment.id for payment in page]
        facts, rows = queries.facts_of(ids), defaultdict[str, list[Row]](list)
        for row in read(ids):
            rows[row.payment_id].append(row)
        for payment in page:
            found = list(differences(facts[payment.id], rows[payment.id]))
            if found and _is_unchanged([payment], facts):
                yield from found


def _by_purpose(page: list[Payment]) -> list[Group]:
    """Return the payments of each purpose, and the subjects of what is booked for them."""
    grouped: dict[object, list[Payment]] = defaultdict(list)
    for payment in page:
        grouped[(payment.purpose_type, payment.purpose_id) if payment.purpose_type else payment.id].append(
            payment
        )
    found = []
    for payments in grouped.values():
        purpose = purposes.of(payments[0])
        found.append((purpose, payments, purposes.subjects_of(purpose, [each.id for each in payments])))
    return found


def _by_subject(booked: list[Posting]) -> dict[str, list[Posting]]:
    found: dict[str, list[Posting]] = defaultdict(list)
    for posting in booked:
        found[posting.subject or ""].append(posting)
    return found


def _is_unchanged(payments: list[Payment], facts: dict[str, list[Fact]]) -> bool:
    return all(
        queries.by_id(payment.id) == payment and queries.facts(payment.id) == facts[payment.id]
        for payment in payments
    )


def _first(found: Iterator[Found]) -> list[Found]:
    return [each for each, _ in zip(found, range(MOST), strict=False)]
