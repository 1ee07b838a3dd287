"""Publishing a change of a payout."""

from __future__ import annotations

from metaia.core import rooms
from metaia.core.money import to_major
from metaia.core.text import amounts
from metaia.finance.payouts.queries import Payout
from metaia.finance.payouts.state import FAILED, PAID, RETURNED, SENT
from metaia.notifications import service as notification_service
from metaia.realtime import events

NOTICES = {SENT: "payout_sent", PAID: "payout_paid", FAILED: "payout_failed", RETURNED: "payout_failed"}


def changed(this: Payout) -> None:
    """Record the event of a changed payout in the running transaction, and notify the partner of what staff did."""
    subject = rooms.subject("payout", this.id)
    payload = {
        "payoutId": this.id,
        "status": this.status,
        "amount": to_major(this.amount, this.currency),
        "currency": this.currency,
    }
    events.record(
        "payout.changed", payload, audience=[rooms.user(this.user_id), *rooms.STAFF], subject=subject
    )
    if this.status in NOTICES:
        data = {
            "payoutId": this.id,
            "amount": amounts.text(this.amount, this.currency),
            "account": this.account,
            "reason": this.reason,
        }
        notification_service.notify(this.user_id, NOTICES[this.status], data, subject=subject)
