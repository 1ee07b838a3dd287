"""The JSON of payments."""

from __future__ import annotations

from metaia.core import money
from metaia.core.access.actor import Actor
from metaia.core.db import AnyRow
from metaia.core.http.presenters import presenter
from metaia.core.json import Json
from metaia.core.times import rfc3339
from metaia.ledger.queries import Booked
from metaia.payments import policy
from metaia.payments.queries import Payment
from metaia.payments.schemas import PaymentOut
from metaia.payments.trail.schemas import PaymentFactOut


def purpose(this: Payment) -> Json | None:
    """Return what a payment is for; None if that is not known."""
    return {"type": this.purpose_type, "id": this.purpose_id} if this.purpose_type else None


_NAMES = ("captured", "refunded", "refunding", "disputed")
_common = presenter(
    PaymentOut,
    computed={"purpose": purpose},
    without=["payer_id", "failure", "allowed_actions"],
)
_fact = presenter(PaymentFactOut, without=["failure", "source"])


def payment(this: Payment, actor: Actor) -> Json:
    """Return a payment as `actor` sees it: a partner sees neither the payer nor why it has failed."""
    open_to = policy.sees_payer(policy.parties(actor, this))
    failure = None
    if this.status == "failed" and open_to:
        failure = {"code": this.failure_code, "message": this.failure_message}
    return _common(this) | {
        "payerId": this.payer_id if open_to else None,
        "failure": failure,
        "allowedActions": policy.allowed(actor, this, this.status),
    }


def conflict(this: Payment, actor: Actor) -> Json:
    """Return the details of a 409: the current state of the payment."""
    allowed = policy.allowed(actor, this, this.status)
    return {"status": this.status, "version": this.version, "allowedActions": allowed}


def fact(row: AnyRow, this: Payment, actor: Actor) -> Json:
    """Return a fact of a timeline; its source is for staff."""
    shown = policy.sees_payer(policy.parties(actor, this))
    source = row.source if actor.may(policy.PAYMENTS_READ) else None
    return _fact(row) | {"failure": row.details.get("failure") if shown else None, "source": source}


def update(this: Payment) -> Json:
    """Return the payload of `payment_update`."""
    return {
        "paymentId": this.id,
        "orderId": this.order_id,
        "dealId": this.deal_id,
        "purpose": purpose(this),
        "provider": this.provider,
        "reference": this.reference,
        "status": this.status,
        "amount": money.to_major(this.amount, this.currency),
        "currency": this.currency,
        **{name: money.to_major(getattr(this, name), this.currency) for name in _NAMES},
        "version": this.version,
        "updatedAt": rfc3339(this.updated_at),
    }


def posting(booked: Booked) -> Json:
    """Return a posting of a timeline."""
    return {"id": booked.id, "key": booked.key, "bookedAt": rfc3339(booked.booked_at)}
