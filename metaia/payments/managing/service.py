"""What users do with a payment: verify, cancel, capture, ask. Providers are called outside of transactions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal

from flask import current_app
from sqlalchemy import update

from metaia.core import db, rooms, versions
from metaia.core.access.actor import Actor
from metaia.core.audit import log as audit_log
from metaia.core.errors import Conflict, Forbidden, Invalid, NotFound, Unauthenticated, Unavailable, declare
from metaia.core.json import Json
from metaia.core.text import amounts
from metaia.payments import policy, presenters, queries, state
from metaia.payments.asking import service as asking
from metaia.payments.calling import service as calling
from metaia.payments.models import PaymentRow
from metaia.payments.queries import Payment
from metaia.providers.payments import payu_facts, signatures

LEASE = timedelta(seconds=30)  # after which a job cancels what a request could not
declare({"signature_invalid": "The signature of the checkout is wrong: nothing was verified."})


def read(actor: Actor, payment_id: str) -> Payment:
    """Return a payment that `actor` takes part in. Raises NotFound and Forbidden."""
    return _seen(actor, queries.by_id(payment_id))


def verify(actor: Actor, body: Json) -> Payment:
    """Ask the provider for a payment that the client believes to be paid, and return it.

    A signature proves that Razorpay speaks, not that money has moved. If the provider does not answer, a job asks.
    Raises NotFound, Forbidden and Invalid (`signature_invalid`).
    """
    found = queries.by_id(body["payment_id"]) if "payment_id" in body else _of_checkout(body)
    payment = _seen(actor, found)
    if payment.reference is None:
        return payment
    _ask_or_plan(payment.provider, payment.reference, f"user:{actor.id}")
    return read(actor, payment.id)


def ask(actor: Actor, payment_id: str) -> Payment:
    """Ask the provider for a payment now. Raises NotFound, Conflict (`provider_refused`) and Unavailable."""
    payment = read(actor, payment_id)
    with calling.in_request():
        if payment.reference is None:
            payment, _ = calling.opened(payment)
        calling.ask(payment.provider, payment.reference or "", f"user:{actor.id}")
    return read(actor, payment.id)


def cancel(actor: Actor, payment_id: str, version: versions.Expected) -> Payment:
    """Cancel a payment that is not captured. Raises NotFound, Forbidden, Conflict, and Unavailable: a job goes on.

    A provider may still capture it later: then it is completed, and can be refunded.
    """
    payment = _begin(actor, payment_id, "cancel", version)
    with calling.in_request():
        calling.cancel(payment, f"user:{actor.id}")
    return read(actor, payment.id)


def capture(actor: Actor, payment_id: str, amount: Decimal | None, version: versions.Expected) -> Payment:
    """Capture what is authorized, or a part of it. Raises NotFound, Forbidden, Conflict, Invalid and Unavailable."""
    payment = _begin(actor, payment_id, "capture", version)
    attempts = state.authorized(queries.facts(payment.id), payment.currency)
    wanted = payment.authorized if amount is None else _minor(amount, payment)
    for attempt in attempts[-1:]:
        with calling.in_request(), calling.payable(payment.currency):
            calling.capture(payment, attempt, min(wanted, attempt.amount), f"user:{actor.id}")
    return read(actor, payment.id)


def returned(form: Mapping[str, str]) -> Payment:
    """Ask for the payment of a form that PayU's page has sent with the customer's browser; return it.

    The customer could change what the hash of the form does not cover, so nothing of it is taken. Raises
    Unauthenticated and NotFound.
    """
    if not signatures.payu_response(current_app.config["PAYU_SALT"], form):
        raise Unauthenticated("The form cannot be verified.", code="webhook_refused")
    reference = form.get("txnid", "")
    payment_id = queries.id_of(payu_facts.NAME, reference)
    if payment_id is None:
        raise NotFound("There is no such payment.")
    _ask_or_plan(payu_facts.NAME, reference, "return:payu")
    return _existing(payment_id)


def _ask_or_plan(provider: str, reference: str, source: str) -> None:
    """Ask the provider for a payment; if it does not answer, let a job ask."""
    try:
        with calling.in_request():
            calling.ask(provider, reference, source)
    except (Conflict, Unavailable):
        with db.transaction():
            asking.plan(provider, "payment", reference)


def _existing(payment_id: str) -> Payment:
    found = queries.by_id(payment_id)
    if found is None:
        raise NotFound("There is no such payment.")
    return found


def _begin(actor: Actor, payment_id: str, action: str, version: versions.Expected) -> Payment:
    """Commit that an action begins: in the audit log, and as a question that a job asks if this process ends."""
    with db.transaction():
        [payment] = queries.lock([payment_id]) or [_seen(actor, None)]
        _seen(actor, payment)
        mine, details = policy.parties(actor, payment), presenters.conflict(payment, actor)
        policy.MACHINE.require(payment, action, mine, version, lambda: details)
        if action == "cancel":
            db.execute(update(PaymentRow).where(PaymentRow.id == payment.id).values(open=False))
            asking.plan(payment.provider, "closing", payment.id, after=LEASE)
        audit_log.record(f"payment.{action}", subject=rooms.subject("payment", payment.id))
    return payment


def _of_checkout(body: Json) -> Payment | None:
    """Return the payment that Razorpay's checkout has signed for. Raises Invalid."""
    names = ("razorpay_order_id", "razorpay_payment_id", "razorpay_signature")
    order, attempt, signature = (body[name] for name in names)
    secret = current_app.config["RAZORPAY_KEY_SECRET"]
    if not secret or not signatures.razorpay_checkout(secret, order, attempt, signature):
        raise Invalid("The signature is wrong.", code="signature_invalid")
    found = queries.id_of("razorpay", order)
    return queries.by_id(found) if found else None


def _seen(actor: Actor, payment: Payment | None) -> Payment:
    if payment is None:
        raise NotFound("There is no such payment.")
    if not policy.parties(actor, payment):
        raise Forbidden
    return payment


def _minor(amount: Decimal, payment: Payment) -> int:
    minor = amounts.minor(amount, payment.currency)
    if not 0 < minor <= payment.authorized:
        raise Invalid(details={"amount": ["Must be above 0, and at most what is authorized."]})
    return minor
