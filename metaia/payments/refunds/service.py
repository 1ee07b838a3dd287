"""Requests of refunds. Each runs in the caller's transaction: row, fact and posting of a refund commit together.

No provider is called here: `sending.py` does so in a job.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any, NamedTuple

from sqlalchemy import insert, update

from metaia.core import db
from metaia.core.errors import Conflict, NotFound
from metaia.core.ids import new_id
from metaia.core.money import to_major
from metaia.core.times import now
from metaia.jobs import registry as job_registry
from metaia.payments import queries as payment_queries
from metaia.payments import service as payment_service
from metaia.payments.booking.refundable import Refundable, refundable, split, split_in_order
from metaia.payments.calling import service as calling
from metaia.payments.facts import Attempt, attempt_of
from metaia.payments.queries import Payment
from metaia.payments.refunds import publish, queries
from metaia.payments.refunds.models import RefundRow
from metaia.payments.refunds.queries import Refund
from metaia.payments.refunds.state import REQUESTED
from metaia.providers.payments.facts import RefundFact
from metaia.providers.payments.wire_amounts import UnpayableAmount, to_wire

MOST = 50  # refunds of one payment


class Part(NamedTuple):
    """What is refunded of one attempt, in minor units."""

    payment: Payment
    attempt: Attempt
    amount: int


def request(
    payment_id: str,
    amount: int | None,
    reason: str,
    note: str | None = None,
    by: str | None = None,
    key: str | None = None,
) -> list[Refund]:
    """Request a refund of `amount` minor units, None for all that is left of the payment; return its parts.

    Each part is of one attempt, with a call of its own. If no attempt of the payment has enough left, they are taken
    in order, the latest money first, and then those of the other payments for the same purpose. A repeated `key`
    returns the first refund. `by` is the user that requests it. Raises NotFound, Conflict (`not_refundable`,
    `refund_exceeds`, `disputed`) and Invalid (`amount_not_payable`).
    """
    payments = _with_siblings(payment_id)
    if key is None or queries.by_key(key) is None:
        _parts(payments, amount)  # of many at once most end here, without a lock
    current = {each.id: each for each in _lock([each.id for each in payments])}
    if key is not None and (known := queries.by_key(key)):
        return queries.of_request(known)
    parts = _parts([current[each.id] for each in payments], amount)
    if any(queries.count(part.payment.id) >= MOST for part in parts):
        raise Conflict(f"A payment has at most {MOST} refunds.", code="not_refundable")
    _require_payable(parts)
    return make(parts, reason=reason, note=note, requested_by=by, key=key)


def retry(refund: Refund, by: str) -> Refund:
    """Request a failed refund again. Its payment is row-locked. Raises Conflict as `request` does."""
    [payment, *_] = _with_siblings(refund.payment_id)
    attempt = (refund.provider, refund.attempt)
    found = _refundable(payment)
    if found.free.get(attempt, 0) < refund.amount:
        raise _refusal(payment, [found], refund.amount)
    common: dict[str, Any] = {"reason": refund.reason, "note": refund.note, "request_id": refund.request_id}
    [made] = make([Part(payment, attempt, refund.amount)], requested_by=by, **common)
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


def lock_payments(purpose_type: str, *purpose_ids: str) -> list[Payment]:
    """Return the payments of purposes, row-locked. Payments are row-locked before their purpose."""
    found = [payment_queries.of_purpose(purpose_type, each) for each in purpose_ids]
    return _lock([payment.id for payments in found for payment in payments])


def _lock(payment_ids: list[str]) -> list[Payment]:
    """Row-lock payments, and let no other transaction take facts about their attempts."""
    facts = [fact for payment_id in payment_ids for fact in payment_queries.facts(payment_id)]
    payment_queries.lock_attempts(attempt_of(fact) for fact in facts)
    return payment_queries.lock(payment_ids)


def make(
    parts: Sequence[Part],
    *,
    reason: str,
    note: str | None = None,
    requested_by: str | None = None,
    key: str | None = None,
    request_id: str | None = None,
) -> list[Refund]:
    """Store one refund for each part, take their facts, and wake the job that sends them.

    The parts share a `request_id`; `key` is of the first one.
    """
    moment, rows = now(), list[Refund]()
    for payment, attempt, amount in parts:
        refund_id = new_id()
        request_id = request_id or refund_id
        rows.append(
            Refund(
                id=refund_id, payment_id=payment.id, provider=attempt[0], attempt=attempt[1], amount=amount,
                currency=payment.currency, status=REQUESTED, reason=reason, note=note, provider_ref=None,
                key=None if rows else key, request_id=request_id, requested_by=requested_by, retried_by=None,
                failure=None, due_at=moment, tries=0, error=None, settled_at=None, version=1, created_at=moment,
                updated_at=moment,
            )
        )  # fmt: skip
    if rows:
        db.execute(insert(RefundRow), [asdict(row) for row in rows])
        payment_service.take([_fact(row) for row in rows], source=f"refund:{rows[0].id}")
        for row, part in zip(rows, parts, strict=True):
            publish.changed(row, part.payment)
        job_registry.wake_on_commit()
    return rows


def _with_siblings(payment_id: str) -> list[Payment]:
    """Return a payment, and then the others for the same purpose in its currency. Raises NotFound."""
    payment = payment_queries.by_id(payment_id)
    if payment is None:
        raise NotFound("There is no such payment.")
    if payment.purpose_type is None or payment.purpose_id is None:
        return [payment]
    others = payment_queries.of_purpose(payment.purpose_type, payment.purpose_id)
    return [payment, *(one for one in others if one.id != payment.id and one.currency == payment.currency)]


def _parts(payments: list[Payment], amount: int | None) -> list[Part]:
    """Return the parts of a refund of the first of these payments. Raises Conflict."""
    found = [_refundable(each) for each in payments]
    own, everything = found[0].free, {attempt: left for each in found for attempt, left in each.free.items()}
    amount = sum(own.values()) if amount is None else amount
    parts = split(amount, own) or (split_in_order(amount, everything) if own else {})
    if not parts:
        raise _refusal(payments[0], found, amount)
    of = {attempt: payment for payment, each in zip(payments, found, strict=True) for attempt in each.free}
    return [Part(of[attempt], attempt, part) for attempt, part in parts.items()]


def _refundable(payment: Payment) -> Refundable:
    return refundable(payment_queries.facts(payment.id), payment.currency)


def _refusal(payment: Payment, found: Sequence[Refundable], amount: int) -> Conflict:
    left = sum(sum(each.left.values()) for each in found)
    free = sum(sum(each.free.values()) for each in found)
    details = {"available": to_major(free, payment.currency), "currency": payment.currency}
    if not found[0].left:
        return Conflict("Nothing of this payment can be refunded.", code="not_refundable", details=details)
    if free < left and left >= amount:
        return Conflict("A dispute of this payment is open.", code="disputed", details=details)
    return Conflict("The payment has less left.", code="refund_exceeds", details=details)


def _require_payable(parts: Sequence[Part]) -> None:
    """Raise Invalid if a provider cannot be sent its part: the nearest amounts are those of the whole refund."""
    for part in parts:
        others, currency = sum(each.amount for each in parts) - part.amount, part.payment.currency
        with calling.payable(currency):
            try:
                to_wire(part.attempt[0], part.amount, currency)
            except UnpayableAmount as error:
                raise UnpayableAmount(currency, error.below + others, error.above + others) from None


def _fact(refund: Refund) -> RefundFact:
    return RefundFact(
        provider=refund.provider, reference=refund.id, status="requested", amount=refund.amount,
        currency=refund.currency, at=refund.created_at, attempt=refund.attempt, refund_id=refund.id,
    )  # fmt: skip
