"""Calling providers: opening, asking, capturing and cancelling payments. Each call is repeatable.

No call is made inside a transaction. The intent is committed first, and what comes back is taken afterwards: after a
kill in between, a job repeats the call.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

import gevent
import structlog
from flask import current_app
from sqlalchemy import delete, update

from metaia.core import db, fault_injection
from metaia.core.errors import Conflict, Invalid, Unavailable, declare
from metaia.core.json import Json
from metaia.core.money import to_major
from metaia.core.times import now
from metaia.payments import queries, service
from metaia.payments.asking import service as asking
from metaia.payments.models import PaymentRow
from metaia.payments.purposes import service as purposes
from metaia.payments.queries import Payment
from metaia.providers.errors import Permanent, Technical, Temporary
from metaia.providers.payments import registry
from metaia.providers.payments.facts import AttemptFact, Fact
from metaia.providers.payments.interface import Intent
from metaia.providers.payments.wire_amounts import UnpayableAmount
from metaia.users import queries as user_queries

SECONDS = 3  # for one call in a request
RETRY_AFTER = 5  # seconds
_seconds: ContextVar[float | None] = ContextVar("seconds_of_provider_calls", default=None)
Answer = TypeVar("Answer")
FAILURES = (Temporary, Permanent, Technical)
log = structlog.get_logger(__name__)
declare(
    {
        "provider_refused": "The provider of payments has refused this: a repetition would be refused too.",
        "provider_unavailable": "The provider of payments does not answer: repeat the request.",
        "amount_not_payable": "The provider cannot be sent this amount: `details` has the next ones that can.",
    }
)


@contextmanager
def in_request() -> Iterator[None]:
    """Limit the time of calls, and turn their failures into errors for clients. Raises Unavailable and Conflict.

    The time of transactions is not limited by it: an exception in the middle of a statement would cost the connection.
    """
    before = _seconds.set(SECONDS)
    try:
        yield
    except Permanent as refusal:
        log.warning("provider of payments", error=f"{type(refusal).__name__}: {refusal}")
        raise Conflict("The provider of payments has refused this.", code="provider_refused") from None
    except FAILURES as failure:
        log.warning("provider of payments", error=f"{type(failure).__name__}: {failure}")
        raise Unavailable(
            "The provider of payments does not answer.", code="provider_unavailable", retry_after=RETRY_AFTER
        ) from None
    finally:
        _seconds.reset(before)


@contextmanager
def payable(currency: str) -> Iterator[None]:
    """Turn an amount that a provider cannot take into an error for clients. Raises Invalid."""
    try:
        yield
    except UnpayableAmount as error:
        near = [str(to_major(amount, currency)) for amount in (error.below, error.above) if amount > 0]
        raise Invalid(str(error), code="amount_not_payable", details={"nearest": near}) from None


def opened(payment: Payment, return_url: str = "") -> tuple[Payment, Json]:
    """Open a payment at its provider, unless it is open there; return it and `toPay`. Raises FAILURES.

    A provider that refuses to open it has opened nothing: the payment is deleted.
    """
    provider, intent = registry.provider(payment.provider), _intent(payment, return_url)
    if payment.reference is not None:
        return payment, _called(lambda: provider.to_pay(payment.reference or "", intent))
    fault_injection.point("payment_before_call")
    try:
        made = _called(lambda: provider.create(intent))
    except Permanent:
        _forget(payment)
        raise
    fault_injection.point("payment_after_call")
    return _with_reference(payment, made.reference), made.to_pay


def ask(provider: str, reference: str, source: str) -> int:
    """Ask for a payment by the provider's id, and take the answer; return how many facts are new. Raises FAILURES."""
    return take(_called(lambda: registry.provider(provider).ask(reference)), source)


def ask_refunds(provider: str, attempt: str, source: str) -> int:
    """Ask for the refunds of an attempt, and take the answer. Raises FAILURES."""
    return take(_called(lambda: registry.provider(provider).ask_refunds(attempt)), source)


def capture(payment: Payment, attempt: AttemptFact, amount: int, source: str) -> None:
    """Capture an authorized attempt, whole or in part, and take the answer. Raises FAILURES."""
    provider = registry.provider(payment.provider)
    take(_called(lambda: provider.capture(attempt.reference, amount, payment.currency)), source)


def cancel(payment: Payment, source: str) -> None:
    """Cancel a payment as far as its provider can, and take the answer. Raises FAILURES.

    If nothing was paid or authorized, our own statement ends it too: Razorpay and PayU keep it open.
    """
    payment = payment if payment.reference else opened(payment)[0]
    provider = registry.provider(payment.provider)
    facts = _called(lambda: provider.cancel(payment.reference or ""))
    with db.transaction():
        service.take(facts, source=source)
        after = queries.by_id(payment.id)
        if after and not after.captured and not after.authorized and after.status != "cancelled":
            service.take([_voided(after)], source=source)
        asking.answered(payment.provider, "closing", payment.id)


def take(facts: Sequence[Fact], source: str) -> int:
    """Take facts in a transaction of their own."""
    fault_injection.point("payment_before_commit")
    with db.transaction():
        new = service.take(facts, source=source) if facts else 0
    fault_injection.point("payment_after_commit")
    return new


def _called(call: Callable[[], Answer]) -> Answer:
    """Return the answer of a provider, in a request within SECONDS. Raises FAILURES."""
    with gevent.Timeout(_seconds.get(), Temporary("no answer in time")):
        return call()


def _intent(payment: Payment, return_url: str) -> Intent:
    """Return what the provider needs; the payer's name and address are never stored here."""
    payer = user_queries.by_id(payment.payer_id or "")
    purpose = purposes.of(payment)
    if payment.provider == "payu":
        return_url = f"{current_app.config['PUBLIC_BASE_URL'].rstrip('/')}/api/payments/return/payu"
    return Intent(
        id=payment.id, amount=payment.amount, currency=payment.currency, return_url=return_url,
        description=purpose.description if purpose else payment.id, name=payer.name if payer else "",
        email=payer.email if payer else "", phone=(payer.phone or "") if payer else "",
    )  # fmt: skip


def _with_reference(payment: Payment, reference: str) -> Payment:
    """Store the provider's id of a payment, and plan to ask for it; return the payment that has the id.

    If a webhook was faster, its payment without a purpose has the id: it takes the place of the intent.
    """
    with db.transaction():
        asking.answered(payment.provider, "opening", payment.id)
        asking.plan(payment.provider, "payment", reference, after=asking.FIRST)
        known = queries.id_of(payment.provider, reference)
        row = PaymentRow
        if known not in {None, payment.id}:
            db.execute(delete(row).where(row.id == payment.id))
            if purpose := purposes.of(payment):
                service.assign(str(known), purpose)
        else:
            unknown = (row.id == payment.id, row.reference.is_(None))
            db.execute(update(row).where(*unknown).values(reference=reference, updated_at=now()))
        found = queries.by_id(known or payment.id)
    if found is None:  # the provider had refused another request for the same payment
        raise Temporary("the payment was closed by another request")
    return found


def _forget(payment: Payment) -> None:
    with db.transaction():
        asking.answered(payment.provider, "opening", payment.id)
        row = PaymentRow
        db.execute(delete(row).where(row.id == payment.id, row.reference.is_(None)))


def _voided(payment: Payment) -> AttemptFact:
    return AttemptFact(
        provider=payment.provider, reference=payment.reference or "", payment=payment.reference, status="voided",
        amount=payment.amount, currency=payment.currency, at=now(),
    )  # fmt: skip
