"""Sending refunds to their providers. A job does this, and calls providers outside of transactions.

The key of a call is our id of the refund, so that its repetition refunds once. Keys of providers end: a call that may
have been repeated is preceded by a question.
"""

from __future__ import annotations

from sqlalchemy import update

from metaia.core import db, fault_injection
from metaia.core.db.expressions import among
from metaia.core.times import now
from metaia.core.work_queue import WorkQueue
from metaia.payments import queries as payment_queries
from metaia.payments import service as payment_service
from metaia.payments.refunds import queries
from metaia.payments.refunds.models import RefundRow
from metaia.payments.refunds.queries import Refund
from metaia.payments.refunds.state import REQUESTED, SENDING
from metaia.providers.errors import Permanent
from metaia.providers.payments import registry
from metaia.providers.payments.facts import Fact, RefundFact
from metaia.providers.payments.interface import PaymentProvider, RefundOrder
from metaia.providers.payments.wire_amounts import UnpayableAmount

BATCH = 5  # the last one is called before its pause has passed, whatever the time of the calls
DAY = 86_400
# Seconds. The first is longer than a call can take; a refund that has not ended after a month is in quarantine.
PAUSES = (300, 600, 1800, 3600, 6 * 3600, *([DAY] * 30))
QUEUE = WorkQueue(RefundRow, done="settled_at", pauses=PAUSES)


def send_batch() -> int:
    """Send or ask for a batch of due refunds; return its size."""
    return QUEUE.work_off(_claim(), send)


def send(refund_id: str) -> None:
    """Call the provider for a claimed refund, and take what it states. Raises Temporary and Technical."""
    refund = queries.get(refund_id)
    if refund is None or refund.settled_at:
        return
    facts = _facts(registry.provider(refund.provider), refund)
    fault_injection.point("refund_sent")
    with db.transaction():
        payment_service.take(facts, source=f"refund:{refund.id}")
    fault_injection.point("refund_taken")


def _claim() -> list[str]:
    """Claim due refunds: those that are requested are being sent from now on, and cannot be cancelled."""
    with db.transaction():
        ids = QUEUE.claim(BATCH)
        requested = update(RefundRow).where(among(RefundRow.id, ids), RefundRow.status == REQUESTED)
        db.execute(requested.values(status=SENDING, version=RefundRow.version + 1, updated_at=now()))
    fault_injection.point("refund_claimed")
    return ids


def _facts(provider: PaymentProvider, refund: Refund) -> tuple[Fact, ...]:
    """Return what the provider states. Raises Temporary and Technical."""
    if refund.tries > 1 or refund.status != SENDING:
        known = provider.ask_refunds(refund.attempt)
        if refund.status != SENDING or _is_among(known, refund):
            return known
    try:
        return provider.refund(_order(refund))
    except (Permanent, UnpayableAmount) as error:
        known = provider.ask_refunds(refund.attempt)
        return known if _is_among(known, refund) else (*known, _refused(refund, str(error)))


def _is_among(facts: tuple[Fact, ...], refund: Refund) -> bool:
    return any(isinstance(fact, RefundFact) and fact.refund_id == refund.id for fact in facts)


def _order(refund: Refund) -> RefundOrder:
    payment = payment_queries.by_id(refund.payment_id)
    reference = payment.reference if payment and payment.reference else ""
    return RefundOrder(
        id=refund.id,
        reference=reference,
        attempt=refund.attempt,
        amount=refund.amount,
        currency=refund.currency,
    )


def _refused(refund: Refund, failure: str) -> RefundFact:
    """Return the fact that the provider refuses a refund, which then has no id there."""
    return RefundFact(
        provider=refund.provider, reference=refund.id, status="failed", amount=refund.amount,
        currency=refund.currency, at=now(), attempt=refund.attempt, refund_id=refund.id, failure=failure,
    )  # fmt: skip
