"""Publishing a change of a payment."""

from __future__ import annotations

from metaia.core import rooms
from metaia.payments import presenters
from metaia.payments.queries import Payment
from metaia.realtime import events


def changed(payment: Payment) -> None:
    """Record the event of a changed payment in the running transaction, for staff."""
    subject = rooms.subject("payment", payment.id)
    events.record("payment.updated", presenters.update(payment), audience=rooms.STAFF, subject=subject)
