"""The money of purposes: what its payments sum up to, and what the ledger lacks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from metaia.core import rooms
from metaia.ledger.chart import Posting
from metaia.payments import queries
from metaia.payments.booking import corrections
from metaia.payments.booking.postings import postings
from metaia.payments.purposes import registry
from metaia.payments.purposes.registry import Money, Purpose
from metaia.payments.queries import Payment
from metaia.providers.payments.facts import Fact


def of(payment: Payment) -> Purpose | None:
    """Return what a payment is for; None if that is not known."""
    if payment.purpose_type is None or payment.purpose_id is None:
        return None
    return registry.find(payment.purpose_type).read(payment.purpose_id)


def missing(purpose: Purpose | None, payments: Iterable[Payment]) -> tuple[Posting, ...]:
    """Return the postings that the ledger lacks for the payments of one purpose, or for one without a purpose."""
    ids = [payment.id for payment in payments]
    facts = [fact for found in queries.facts_of(ids).values() for fact in found]
    subjects = subjects_of(purpose, ids)
    return to_book(purpose, facts, subjects, queries.booked(subjects))


def missing_of(payments: Iterable[Payment]) -> tuple[list[Posting], list[Purpose]]:
    """Return what the ledger lacks for the purposes of these payments, and the purposes, row-locked in one order."""
    found: list[Posting] = []
    purposes = [registry.find(name).lock(purpose_id) for name, purpose_id in sorted(_purposes(payments))]
    known = [purpose for purpose in purposes if purpose]
    for purpose in known:
        found.extend(missing(purpose, queries.of_purpose(purpose.type, purpose.id)))
    for payment in payments:
        if payment.purpose_type is None:
            found.extend(missing(None, [payment]))
    return found, known


def subjects_of(purpose: Purpose | None, payment_ids: Iterable[str]) -> list[str]:
    """Return the subjects of what is booked: the purpose first, then payments as long as their purpose was unknown."""
    unknown = [rooms.subject("payment", payment_id) for payment_id in payment_ids]
    return unknown if purpose is None else [purpose.subject, *unknown]


def to_book(
    purpose: Purpose | None, facts: Iterable[Fact], subjects: list[str], booked: Iterable[Posting]
) -> tuple[Posting, ...]:
    """Return the postings that turn `booked` into what the facts require."""
    wanted = postings(facts, purpose.terms if purpose else None, subjects[0]) if subjects else ()
    return corrections.to_book(wanted, booked)


def money(purpose: Purpose) -> Money:
    """Return the sums over the payments of a purpose in its currency."""
    payments = queries.of_purpose(purpose.type, purpose.id)
    found = [payment for payment in payments if payment.currency == purpose.currency]
    names = ("captured", "refunded", "refunding", "disputed", "authorized")
    sums = {name: sum(getattr(payment, name) for payment in found) for name in names}
    return Money(**sums, statuses=tuple(payment.status for payment in found))


def money_of(purpose_type: str, currencies: Mapping[str, str]) -> dict[str, Money]:
    """Return the sums over the payments of purposes, without the statuses, of those that have any.

    `currencies` has the currency of each purpose by its id; payments in another one do not count.
    """
    found = queries.sums(purpose_type, currencies)
    return {
        purpose_id: Money(**amounts, statuses=())
        for (purpose_id, currency), amounts in found.items()
        if currency == currencies[purpose_id]
    }


def _purposes(payments: Iterable[Payment]) -> set[tuple[str, str]]:
    return {
        (each.purpose_type, each.purpose_id) for each in payments if each.purpose_type and each.purpose_id
    }
