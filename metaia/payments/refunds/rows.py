"""Keeping the rows of refunds in step with the facts, in the transaction that takes them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from datetime import timedelta

from sqlalchemy import insert, update

from metaia.core import db
from metaia.core.ids import new_id
from metaia.core.times import now
from metaia.payments.booking import refunds as refund_facts
from metaia.payments.queries import Payment
from metaia.payments.refunds import publish, queries
from metaia.payments.refunds.models import RefundRow
from metaia.payments.refunds.queries import Refund
from metaia.payments.refunds.state import ENDED, REQUESTED
from metaia.providers.payments.facts import Fact

ASKED_AFTER = timedelta(minutes=5)  # a refund of the dashboard that has not ended
DASHBOARD = "other"  # the reason of a refund that was made there


def follow(payment: Payment, facts: Sequence[Fact]) -> None:
    """Change the refunds of a row-locked payment to what its facts require; store those that are not known yet."""
    for stated, before in _pairs(facts, queries.lock_of_payment(payment.id)):
        if before:
            _change(before, stated, payment)
        elif stated.reference:
            made = _unknown(payment, stated)
            db.execute(insert(RefundRow).values(asdict(made)))
            publish.changed(made, payment)


def differences(facts: Sequence[Fact], rows: Sequence[Refund]) -> Iterator[tuple[str, str, str]]:
    """Yield the id, the required and the found status of each row that differs from the facts, for the auditor."""
    pairs = list(_pairs(facts, rows))
    for stated, row in pairs:
        if row is None:
            yield stated.key, stated.status, "no row"
        elif (row.amount, required(row, stated).status) != (stated.amount, row.status):
            yield row.id, f"{stated.status} {stated.amount}", f"{row.status} {row.amount}"
    known = {row.id for _, row in pairs if row}
    yield from ((row.id, "no row", row.status) for row in rows if row.id not in known)


def _pairs(
    facts: Sequence[Fact], rows: Sequence[Refund]
) -> Iterator[tuple[refund_facts.Refund, Refund | None]]:
    """Yield the refunds of a set of facts, each with its row if there is one."""
    ids = {row.id: row for row in rows}
    references = {row.provider_ref: row for row in rows if row.provider_ref}
    for stated in refund_facts.refunds(facts):
        yield stated, ids.get(stated.refund_id or "") or references.get(stated.reference or "")


def required(before: Refund, stated: refund_facts.Refund) -> Refund:
    """Return a refund as the facts require it. That it is being sent is no fact."""
    status = before.status if stated.status == REQUESTED else stated.status
    ended = status in ENDED
    return replace(
        before,
        status=status,
        provider_ref=stated.reference,
        failure=stated.failure,
        due_at=None if ended else before.due_at,
        settled_at=(before.settled_at or now()) if ended else None,
    )


def _change(before: Refund, stated: refund_facts.Refund, payment: Payment) -> None:
    after = required(before, stated)
    if after != before:
        after = replace(after, error=None, version=before.version + 1, updated_at=now())
        changed = {name: value for name, value in asdict(after).items() if value != getattr(before, name)}
        db.execute(update(RefundRow).where(RefundRow.id == before.id).values(changed))
        if after.status != before.status:
            publish.changed(after, payment)


def _unknown(payment: Payment, stated: refund_facts.Refund) -> Refund:
    """Return a refund that was made in the provider's dashboard."""
    moment, ended = now(), stated.status in ENDED
    return Refund(
        id=new_id(), payment_id=payment.id, provider=stated.attempt[0], attempt=stated.attempt[1],
        amount=stated.amount, currency=stated.currency, status=stated.status, reason=DASHBOARD, note=None,
        provider_ref=stated.reference, key=None, request_id=None, requested_by=None, retried_by=None,
        failure=stated.failure, due_at=None if ended else moment + ASKED_AFTER, tries=0, error=None,
        settled_at=moment if ended else None,
        version=1, created_at=moment, updated_at=moment,
    )  # fmt: skip
