"""Publishing a change of a payment: one event for live screens, and the notifications."""

from __future__ import annotations

from typing import Protocol

from metaia.core import rooms
from metaia.core.money import to_major
from metaia.notifications import service as notification_service
from metaia.payments import presenters, recipients
from metaia.payments.queries import Payment
from metaia.realtime import events


class Versioned(Protocol):
    """A payment, a refund or a dispute."""

    @property
    def id(self) -> str: ...
    @property
    def version(self) -> int: ...
    @property
    def status(self) -> str: ...


def ref(kind: str, after: Versioned, payment: Payment) -> str | None:
    """Return the ref of a change in the timeline of the payment's deal; None without a deal."""
    return f"{kind}:{after.id}:{after.version}:{after.status}" if payment.deal_id else None


def changed(before: Payment, after: Payment) -> None:
    """Record the event of a changed payment in the running transaction, and notify its recipients."""
    subject = rooms.subject("payment", after.id)
    events.record(
        "payment.updated",
        presenters.update(after),
        audience=recipients.rooms(after),
        subject=subject,
        thread=after.deal_id,
        ref=ref("payment", after, after),
    )
    notice = recipients.notice(before.status, after.status)
    if notice is None:
        return
    amount = after.captured or after.amount
    data = {
        "paymentId": after.id,
        "orderId": after.order_id,
        "amount": to_major(amount, after.currency),
        "currency": after.currency,
    }
    for user_id in recipients.recipients(notice, after):
        notification_service.notify(user_id, notice, data, subject=subject)
