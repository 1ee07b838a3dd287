"""Requests of refunds. Each runs in the caller's transaction: row, fact and posting of a refund commit together.

No provider is called here: `sending.py` does so in a job.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import datetime

from sqlalchemy import insert, update

from metaia.core import db
from metaia.core.errors import Conflict, NotFound
from metaia.core.ids import new_id
from metaia.core.money import to_major
from metaia.core.times import now
from metaia.jobs import registry as job_registry
from metaia.payments import facts as fact_sets
from metaia.payments import queries as payment_queries
from metaia.payments import service as payment_service
from metaia.payments.booking.refundable import Refundable, refundable
from metaia.payments.calling import service as calling
from metaia.payments.facts import Attempt, attempt_of
from metaia.payments.queries import Payment
from metaia.payments.refunds import publish, queries
from metaia.payments.refunds.models import RefundRow
from metaia.payments.refunds.queries import Refund
from metaia.payments.refunds.state import REQUESTED
from metaia.providers.payments.facts import Key, RefundFact
from metaia.providers.payments.wire_amounts import BY_PROVIDER, WireAmounts

MOST = 50  # refunds of one payment


def request(
    payment_id: str,
    amount: int | None,
    reason: str,
    note: str | None = None,
    by: str | None = None,
    key: str | None = None,
) -> Refund:
    """Request a refund of `amount` minor units, None for all that is left; a repeated `key` returns the first refund.

    A refund is of one attempt: a payment that was captured twice needs two. `by` is the user that requests it. Raises
    NotFound, Conflict (`not_refundable`, `refund_exceeds`, `disputed`) and Invalid (`amount_not_payable`).
    """
    if key is None or queries.by_key(key) is None:
        _attempt(
            *_found(payment_queries.by_id(payment_id)), amount
        )  # of many at once most end here, without a lock
    payment, found = _found(*_lock([payment_id]))
    if key is not None and (known := queries.by_key(key)):
        return known
    if queries.count(payment_id) >= MOST:
        raise Conflict(f"A payment has at most {MOST} refunds.", code="not_refundable")
    attempt, amount = _attempt(payment, found, amount)
    _require_payable(payment, amount)
    [made] = _make(payment, {attempt: amount}, reason=reason, note=note, requested_by=by, key=key)
    return made


def refund_all(
    purpose_type: str, purpose_id: str, reason: str, *, at_most: int | None = None
) -> list[Refund]:
    """Refund all that the payments of an ended purpose hold. A repetition refunds nothing twice.

    Of `at_most` minor units the latest money is refunded first: the earliest is what the purpose has earned.

    A failed refund is not repeated here: its amount stays the customer's claim until it is retried. Attempts with an
    open dispute wait for its decision. A transaction that row-locks the purpose calls `lock_payments` before that.
    """
    made: list[Refund] = []
    for _, attempt, left, payment in sorted(_held(lock_payments(purpose_type, purpose_id)), reverse=True):
        rest = left if at_most is None else at_most - sum(refund.amount for refund in made)
        if part := min(left, rest):
            made += _make(payment, {attempt: part}, reason=reason)
    return made


def _held(payments: list[Payment]) -> Iterator[tuple[tuple[datetime, Key], Attempt, int, Payment]]:
    """Yield what can be refunded of each attempt and waits for no retry of a failed refund, with its order in time."""
    for payment in payments:
        facts, failed = payment_queries.facts(payment.id), queries.failed(payment.id)
        captures = fact_sets.captures(fact_sets.distinct(facts))
        for attempt, left in refundable(facts).free.items():
            held = left - sum(each.amount for each in failed if each.attempt == attempt[1])
            if held > 0:
                yield (captures[attempt].at, captures[attempt].key), attempt, held, payment


def retry(refund: Refund, by: str) -> Refund:
    """Request a failed refund again. Its payment is row-locked. Raises Conflict as `request` does."""
    payment, found = _found(payment_queries.by_id(refund.payment_id))
    attempt = (refund.provider, refund.attempt)
    if found.free.get(attempt, 0) < refund.amount:
        raise _refusal(payment, found, refund.amount)
    [made] = _make(payment, {attempt: refund.amount}, reason=refund.reason, note=refund.note, requested_by=by)
    changes = {"retried_by": made.id, "version": refund.version + 1, "updated_at": made.created_at}
    db.execute(update(RefundRow).where(RefundRow.id == refund.id).values(changes))
    return made


def cancel(refund: Refund) -> Refund:
    """Cancel a refund that was not sent yet. Its payment is row-locked."""
    payment_service.take([replace(_fact(refund), status="cancelled", at=now())], source=f"refund:{refund.id}")
    return refund


def lock(payment_id: str) -> None:
    """Row-lock a payment and its refunds: nothing is requested, sent or taken until the transaction ends."""
    _lock([payment_id])
    queries.lock_of_payment(payment_id)


def lock_payments(purpose_type: str, purpose_id: str) -> list[Payment]:
    """Return the payments of a purpose, row-locked. Payments are row-locked before their purpose."""
    return _lock([payment.id for payment in payment_queries.of_purpose(purpose_type, purpose_id)])


def _lock(payment_ids: list[str]) -> list[Payment]:
    """Row-lock payments, and let no other transaction take facts about their attempts."""
    facts = [fact for payment_id in payment_ids for fact in payment_queries.facts(payment_id)]
    payment_queries.lock_attempts(attempt_of(fact) for fact in facts)
    return payment_queries.lock(payment_ids)


def _found(payment: Payment | None = None) -> tuple[Payment, Refundable]:
    """Return a payment with what can be refunded of it now. Raises NotFound."""
    if payment is None:
        raise NotFound("There is no such payment.")
    return payment, refundable(payment_queries.facts(payment.id))


def _attempt(payment: Payment, found: Refundable, amount: int | None) -> tuple[Attempt, int]:
    """Return the attempt to refund and the amount: of those with enough left the one with the least."""
    amount = sum(found.free.values()) if amount is None else amount
    enough = [(left, attempt) for attempt, left in found.free.items() if left >= amount]
    if not enough:
        raise _refusal(payment, found, amount)
    return min(enough)[1], amount


def _refusal(payment: Payment, found: Refundable, amount: int) -> Conflict:
    available = max(found.free.values(), default=0)
    details = {"available": to_major(available, payment.currency), "currency": payment.currency}
    if found.free.keys() < found.left.keys() and sum(found.left.values()) >= amount:
        return Conflict("A dispute of this payment is open.", code="disputed", details=details)
    if not found.left:
        return Conflict("Nothing of this payment can be refunded.", code="not_refundable", details=details)
    return Conflict("An attempt of this payment has less left.", code="refund_exceeds", details=details)


def _require_payable(payment: Payment, amount: int) -> None:
    """Raise Invalid if the provider cannot be sent this amount."""
    with calling.payable(payment.currency):
        BY_PROVIDER.get(payment.provider, WireAmounts()).to_wire(amount, payment.currency)


def _make(
    payment: Payment,
    parts: dict[Attempt, int],
    *,
    reason: str,
    note: str | None = None,
    requested_by: str | None = None,
    key: str | None = None,
) -> list[Refund]:
    """Store refunds, take their facts, and wake the job that sends them."""
    moment, rows = now(), list[Refund]()
    for attempt, amount in sorted(parts.items()):
        rows.append(
            Refund(
                id=new_id(), payment_id=payment.id, provider=attempt[0], attempt=attempt[1], amount=amount,
                currency=payment.currency, status=REQUESTED, reason=reason, note=note, provider_ref=None, key=key,
                requested_by=requested_by, retried_by=None, failure=None, due_at=moment, tries=0, error=None,
                settled_at=None, version=1, created_at=moment, updated_at=moment,
            )
        )  # fmt: skip
    if rows:
        db.execute(insert(RefundRow), [asdict(row) for row in rows])
        payment_service.take([_fact(row) for row in rows], source=f"refund:{rows[0].id}")
        for row in rows:
            publish.changed(row, payment)
        job_registry.wake_on_commit()
    return rows


def _fact(refund: Refund) -> RefundFact:
    return RefundFact(
        provider=refund.provider, reference=refund.id, status="requested", amount=refund.amount,
        currency=refund.currency, at=refund.created_at, attempt=refund.attempt, refund_id=refund.id,
    )  # fmt: skip
