"""Selects on payments."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import func, select, tuple_

from metaia.core import db
from metaia.core.db.expressions import among
from metaia.ledger import queries as ledger_queries
from metaia.ledger.chart import Account, Line, Posting
from metaia.ledger.queries import Booked
from metaia.payments import stored_facts
from metaia.payments.facts import Attempt
from metaia.payments.models import PaymentFactRow, PaymentRow
from metaia.providers.payments.facts import Fact

PAGE = 500  # rows read at once


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment. Amounts are in minor units of `currency`."""

    id: str
    provider: str
    reference: str
    currency: str
    status: str
    captured: int
    refunded: int
    refunding: int
    disputed: int
    version: int
    created_at: datetime
    updated_at: datetime


_columns = [getattr(PaymentRow, field.name) for field in fields(Payment)]


def lock_attempts(attempts: Iterable[Attempt]) -> None:
    """Let no other transaction take facts about these attempts until this one ends.

    A refund that arrives before its attempt is then seen by the transaction that takes the attempt.
    """
    for provider, attempt in sorted(set(attempts)):
        db.execute(
            select(func.pg_advisory_xact_lock(func.hashtextextended(f"attempt {provider} {attempt}", 0)))
        )


def payment_ids(attempts: Iterable[Attempt]) -> dict[Attempt, str]:
    """Return the payments of those attempts that are known."""
    row = PaymentFactRow
    query = select(row.provider, row.reference, row.payment_id).where(
        row.kind == "attempt", tuple_(row.provider, row.reference).in_(sorted(set(attempts)))
    )
    return {(each.provider, each.reference): each.payment_id for each in db.fetch_all(query)}


def id_of(provider: str, reference: str) -> str | None:
    """Return the payment with this id at its provider."""
    query = select(PaymentRow.id).where(PaymentRow.provider == provider, PaymentRow.reference == reference)
    found: str | None = db.fetch_value(query)
    return found


def lock(payment_ids: Iterable[str]) -> list[Payment]:
    """Return these payments, row-locked in the order of their ids."""
    query = select(*_columns).where(PaymentRow.id.in_(sorted(set(payment_ids)))).order_by(PaymentRow.id)
    return [Payment(*row) for row in db.fetch_all(query.with_for_update())]


def by_id(payment_id: str) -> Payment | None:
    """Return a payment."""
    row = db.fetch_one(select(*_columns).where(PaymentRow.id == payment_id))
    return None if row is None else Payment(*row)


def with_facts() -> Iterator[tuple[Payment, list[Fact]]]:
    """Yield all payments in the order of their ids, each with its facts in the order of their arrival."""
    query, last = select(*_columns).order_by(PaymentRow.id).limit(PAGE), None
    while page := db.fetch_all(query if last is None else query.where(PaymentRow.id > last)):
        last, found = page[-1].id, defaultdict(list)
        rows = select(PaymentFactRow.__table__).where(
            among(PaymentFactRow.payment_id, [row.id for row in page])
        )
        for row in db.fetch_all(rows.order_by(PaymentFactRow.id)):
            found[row.payment_id].append(stored_facts.fact(row))
        yield from ((Payment(*row), found[row.id]) for row in page)


def facts(payment_id: str) -> list[Fact]:
    """Return the facts of a payment in the order of their arrival."""
    query = select(PaymentFactRow.__table__).where(PaymentFactRow.payment_id == payment_id)
    return [stored_facts.fact(row) for row in db.fetch_all(query.order_by(PaymentFactRow.id))]


def booked(subject: str) -> list[Posting]:
    """Return what is booked for a subject."""
    found: list[Posting] = []
    cursor: str | None = None
    while True:
        page, cursor = ledger_queries.postings_page(
            filters={"subject": subject}, sort="bookedAt", limit=PAGE, cursor=cursor
        )
        found.extend(map(_posting, page))
        if cursor is None:
            return found


def _posting(booked: Booked) -> Posting:
    lines = [Line(Account(each.kind, each.owner, each.currency), each.amount) for each in booked.entries]
    return Posting(booked.key, booked.kind, lines, booked.subject, booked.at)
