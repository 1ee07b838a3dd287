"""Refunds without a request: all that an ended purpose holds, or what it was paid too much."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from metaia.ledger import queries as ledger_queries
from metaia.ledger.chart import Account
from metaia.payments import facts as fact_sets
from metaia.payments import queries as payment_queries
from metaia.payments.booking.refundable import refundable
from metaia.payments.purposes.registry import Purpose
from metaia.payments.queries import Payment
from metaia.payments.refunds import queries, service
from metaia.payments.refunds.queries import Refund
from metaia.payments.refunds.service import Part
from metaia.providers.payments.wire_amounts import UnpayableAmount, to_wire

PAID_TWICE = "duplicate"  # the reason of a refund


def refund_all(
    purpose_type: str,
    purpose_id: str,
    reason: str,
    *,
    at_most: int | None = None,
    currency: str | None = None,
) -> list[Refund]:
    """Refund all that the payments of an ended purpose hold. A repetition refunds nothing twice.

    Of `at_most` minor units of a `currency` the latest money is refunded first: the earliest is what the purpose has
    earned. What was paid in other currencies is not refunded then.

    A failed refund is not repeated here: its amount stays the customer's claim until it is retried. Attempts with an
    open dispute wait for its decision. A transaction that row-locks the purpose calls `lock_payments` before that.
    """
    parts: list[Part] = []
    payments = service.lock_payments(purpose_type, purpose_id)
    for _, part in sorted(_held(payments, currency), key=lambda each: each[0], reverse=True):
        rest = part.amount if at_most is None else at_most - sum(each.amount for each in parts)
        if taken := _payable(part, min(part.amount, rest)):
            parts.append(part._replace(amount=taken))
    return service.make(parts, reason=reason)


def refund_excess(purpose: Purpose) -> list[Refund]:
    """Refund what a purpose that has earned its money was paid too much. Its payments and itself are row-locked."""
    most, currency = max(0, unclaimed(purpose)), purpose.currency
    return refund_all(purpose.type, purpose.id, PAID_TWICE, at_most=most, currency=currency)


def held(purpose: Purpose) -> int:
    """Return what could be refunded of a purpose now, in minor units of its currency.

    The amount of a failed refund waits for a retry, and an attempt with an open dispute for its decision.
    """
    payments = payment_queries.of_purpose(purpose.type, purpose.id)
    return sum(part.amount for _, part in _held(payments, purpose.currency))


def unclaimed(purpose: Purpose) -> int:
    """Return what the account of a purpose holds, in minor units, and nothing waits for.

    The amount of a failed refund waits for a retry, and an attempt with an open dispute for its decision.
    """
    account = Account("due", purpose.subject, purpose.currency)
    rest = ledger_queries.balances([account])[account]
    for payment in payment_queries.of_purpose(purpose.type, purpose.id):
        if payment.currency != purpose.currency:
            continue
        found = refundable(payment_queries.facts(payment.id), payment.currency)
        rest -= sum(found.left.values()) - sum(found.free.values())
        rest -= sum(each.amount for each in queries.failed(payment.id))
    return rest


def _payable(part: Part, amount: int) -> int:
    """Return what the provider can be sent of an amount; less than its smallest step stays the customer's claim."""
    try:
        to_wire(part.attempt[0], amount, part.payment.currency)
    except UnpayableAmount as error:
        return error.below
    return amount


def _held(payments: list[Payment], currency: str | None) -> Iterator[tuple[Any, Part]]:
    """Yield what can be refunded of each attempt and waits for no retry of a failed refund, after its order in time.

    With a `currency` only the payments in it count.
    """
    for payment in payments:
        if currency not in {None, payment.currency}:
            continue
        facts, failed = payment_queries.facts(payment.id), queries.failed(payment.id)
        captures = fact_sets.captures(fact_sets.distinct(facts))
        for attempt, left in refundable(facts, payment.currency).free.items():
            amount = left - sum(each.amount for each in failed if each.attempt == attempt[1])
            if amount > 0:
                yield (captures[attempt].at, captures[attempt].key), Part(payment, attempt, amount)
