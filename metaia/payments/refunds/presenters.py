"""Refunds as JSON."""

from __future__ import annotations

from metaia.core.access.actor import Actor
from metaia.core.http.presenters import presenter
from metaia.core.json import Json
from metaia.core.money import to_major
from metaia.core.times import rfc3339
from metaia.payments.queries import Payment
from metaia.payments.refunds import policy
from metaia.payments.refunds.queries import Refund, ShownRefund
from metaia.payments.refunds.schemas import RefundOut
from metaia.payments.refunds.state import MACHINE, RETRY

FOR_STAFF = ("reference", "failure", "requestedBy")
_refund = presenter(RefundOut, rename={"reference": "provider_ref"}, without=["allowed_actions"])


def refund(this: ShownRefund, actor: Actor) -> Json:
    """Return a refund as `actor` sees it, with the actions that they may perform."""
    shown = _refund(this)
    if not actor.may(policy.REFUNDS_READ):
        shown |= dict.fromkeys(FOR_STAFF)
        shown["note"] = this.note if policy.is_partner(actor, this) else None
    return shown | {"allowedActions": allowed(this, policy.parties(actor, this))}


def allowed(this: Refund, parties: frozenset[str]) -> list[str]:
    """Return the actions of these parties. A refund is retried once."""
    return [
        name for name in MACHINE.allowed(this.status, parties) if name != RETRY or this.retried_by is None
    ]


def conflict(this: ShownRefund, actor: Actor) -> Json:
    """Return the details of a 409: the current state of the refund."""
    shown = refund(this, actor)
    return {key: shown[key] for key in ("status", "version", "allowedActions")}


def update(this: Refund, payment: Payment) -> Json:
    """Return the payload of `refund_update`."""
    return {
        "refundId": this.id,
        "paymentId": this.payment_id,
        "orderId": payment.order_id,
        "dealId": payment.deal_id,
        "status": this.status,
        "amount": to_major(this.amount, this.currency),
        "currency": this.currency,
        "reason": this.reason,
        "version": this.version,
        "updatedAt": rfc3339(this.updated_at),
    }
