"""Disputes as JSON."""

from __future__ import annotations

from metaia.core.access.actor import Actor
from metaia.core.http.presenters import presenter
from metaia.core.json import Json
from metaia.core.money import to_major
from metaia.core.times import rfc3339
from metaia.payments.disputes import policy
from metaia.payments.disputes.queries import Dispute, ShownDispute
from metaia.payments.disputes.schemas import DisputeOut
from metaia.payments.disputes.state import MACHINE
from metaia.payments.queries import Payment

FOR_STAFF = ("reference", "summary", "answeredBy", "error")
_dispute = presenter(DisputeOut, without=["allowed_actions"])


def dispute(this: ShownDispute, actor: Actor) -> Json:
    """Return a dispute as `actor` sees it, with the actions that they may perform."""
    shown = _dispute(this)
    if not actor.may(policy.DISPUTES_READ):
        shown |= dict.fromkeys(FOR_STAFF)
    return shown | {"allowedActions": allowed(this, policy.parties(actor))}


def allowed(this: Dispute, parties: frozenset[str]) -> list[str]:
    """Return the actions of these parties. A dispute is answered once, where its provider takes answers."""
    answerable = this.answer is None and this.provider in policy.ANSWERABLE
    return MACHINE.allowed(this.status, parties) if answerable else []


def conflict(this: ShownDispute, actor: Actor) -> Json:
    """Return the details of a 409: the current state of the dispute."""
    shown = dispute(this, actor)
    return {key: shown[key] for key in ("status", "version", "allowedActions")}


def update(this: Dispute, payment: Payment) -> Json:
    """Return the payload of `dispute_update`."""
    return {
        "disputeId": this.id,
        "paymentId": this.payment_id,
        "orderId": payment.order_id,
        "dealId": payment.deal_id,
        "status": this.status,
        "amount": to_major(this.amount, this.currency),
        "held": to_major(this.held, this.currency),
        "currency": this.currency,
        "version": this.version,
        "updatedAt": rfc3339(this.updated_at),
    }
