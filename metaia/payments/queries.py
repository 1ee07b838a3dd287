"""Selects on payments."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select, tuple_

from metaia.core import db
from metaia.core.db.expressions import among
from metaia.core.http import pagination
from metaia.ledger import queries as ledger_queries
from metaia.ledger.chart import Account, Line, Posting
from metaia.ledger.queries import Booked
from metaia.payments import stored_facts
from metaia.payments.facts import Attempt
from metaia.payments.models import PaymentFactRow, PaymentRow
from metaia.providers.payments.facts import Fact, Key

PAGE = 500  # rows read at once
SUMS = ("captured", "refunded", "refunding", "disputed", "authorized")  # columns of `sums`


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment. Amounts are in minor units of `currency`."""

    id: str
    provider: str
    reference: str | None
    purpose_type: str | None
    purpose_id: str | None
    payer_id: str | None
    partner_id: str | None
    order_id: str | None
    deal_id: str | None
    open: bool
    amount: int
    currency: str
    status: str
    captured: int
    refunded: int
    refunding: int
    disputed: int
    authorized: int
    method: str | None
    failure_code: str | None
    failure_message: str | None
    version: int
    created_at: datetime
    updated_at: datetime


SORTABLE: pagination.Sortable = {"created_at": PaymentRow.created_at, "updated_at": PaymentRow.updated_at}
COLUMNS = [getattr(PaymentRow, field.name) for field in fields(Payment)]


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
    query = select(*COLUMNS).where(PaymentRow.id.in_(sorted(set(payment_ids)))).order_by(PaymentRow.id)
    return [Payment(*row) for row in db.fetch_all(query.with_for_update())]


def by_id(payment_id: str) -> Payment | None:
    """Return a payment."""
    row = db.fetch_one(select(*COLUMNS).where(PaymentRow.id == payment_id))
    return None if row is None else Payment(*row)


def by_ids(payment_ids: Iterable[str]) -> dict[str, Payment]:
    """Return payments by id, without those that do not exist."""
    rows = db.fetch_all(select(*COLUMNS).where(among(PaymentRow.id, payment_ids)))
    return {row.id: Payment(*row) for row in rows}


def of_purposes(purpose_type: str, purpose_ids: Collection[str]) -> list[Payment]:
    """Return the payments of these purposes in the order of their ids."""
    own = (PaymentRow.purpose_type == purpose_type, among(PaymentRow.purpose_id, purpose_ids))
    return [Payment(*found) for found in db.fetch_all(select(*COLUMNS).where(*own).order_by(PaymentRow.id))]


def of_purpose(purpose_type: str, purpose_id: str) -> list[Payment]:
    """Return the payments of a purpose in the order of their ids."""
    row = PaymentRow
    query = select(*COLUMNS).where(row.purpose_type == purpose_type, row.purpose_id == purpose_id)
    return [Payment(*found) for found in db.fetch_all(query.order_by(row.id))]


def sums(purpose_type: str, purpose_ids: Collection[str]) -> dict[tuple[str, str], dict[str, int]]:
    """Return the sums over the payments of these purposes by purpose and currency, and by the column."""
    row, columns = PaymentRow, [func.sum(getattr(PaymentRow, name)).label(name) for name in SUMS]
    own = (row.purpose_type == purpose_type, among(row.purpose_id, purpose_ids))
    keys = (row.purpose_id, row.currency)
    query: Any = select(*keys, *columns).where(*own).group_by(*keys)
    return {
        (each.purpose_id, each.currency): {name: int(getattr(each, name)) for name in SUMS}
        for each in db.fetch_all(query)
    }


def pages() -> Iterator[list[Payment]]:
    """Yield all payments: first those without a purpose, then those with one, so that a purpose is never divided."""
    row = PaymentRow
    yield from _pages(select(*COLUMNS).where(row.purpose_type.is_(None)), row.id)
    for purposes in _pages_of_purposes():
        query = select(*COLUMNS).where(tuple_(row.purpose_type, row.purpose_id).in_(purposes))
        yield [Payment(*found) for found in db.fetch_all(query.order_by(row.id))]


def facts(payment_id: str) -> list[Fact]:
    """Return the facts of a payment in the order of their arrival."""
    return facts_of([payment_id])[payment_id]


def facts_of(payment_ids: Collection[str]) -> dict[str, list[Fact]]:
    """Return the facts of each payment in the order of their arrival."""
    found: dict[str, list[Fact]] = {payment_id: [] for payment_id in payment_ids}
    query = select(PaymentFactRow.__table__).where(among(PaymentFactRow.payment_id, payment_ids))
    for row in db.fetch_all(query.order_by(PaymentFactRow.id)):
        found[row.payment_id].append(stored_facts.fact(row))
    return found


def booked(subjects: Collection[str]) -> list[Posting]:
    """Return what is booked for these subjects."""
    return [_posting(each) for each in ledger_queries.of_subjects(subjects)]


def _pages(query: Select[Any], key: Any) -> Iterator[list[Payment]]:
    last = None
    query = query.order_by(key).limit(PAGE)
    while page := db.fetch_all(query if last is None else query.where(key > last)):
        last = page[-1].id
        yield [Payment(*row) for row in page]


def _pages_of_purposes() -> Iterator[list[tuple[str, str]]]:
    names = (PaymentRow.purpose_type, PaymentRow.purpose_id)
    query = select(*names).where(names[0].is_not(None)).distinct().order_by(*names).limit(PAGE)
    last: tuple[str, str] | None = None
    while page := db.fetch_all(query if last is None else query.where(tuple_(*names) > last)):
        last = (page[-1].purpose_type, page[-1].purpose_id)
        yield [(row.purpose_type, row.purpose_id) for row in page]


def _posting(booked: Booked) -> Posting:
    lines = [
        Line(Account(each.kind, each.owner, each.currency), each.amount, each.hold_id)
        for each in booked.entries
    ]
    return Posting(booked.key, booked.kind, lines, booked.subject, at=booked.at)


def count_stored(keys: Iterable[Key]) -> int:
    """Return how many facts with these keys are stored."""
    row, wanted = PaymentFactRow, sorted(set(keys))
    named = tuple_(row.provider, row.kind, row.reference, row.status).in_(wanted)
    return int(db.fetch_value(select(func.count()).where(named))) if wanted else 0
