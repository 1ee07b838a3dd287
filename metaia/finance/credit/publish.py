"""Publishing a change of credit."""

from __future__ import annotations

from metaia.core import rooms
from metaia.core.text import amounts
from metaia.finance.credit import presenters
from metaia.finance.credit.queries import CreditAccount
from metaia.finance.credit.state import FROZEN
from metaia.notifications import service as notification_service
from metaia.realtime import events

_FIELDS = ("userId", "currency", "limit", "balance", "held", "available", "riskGrade", "status")


def changed(this: CreditAccount, reason: str) -> None:
    """Record the event of a change in the running transaction, for the customer and staff."""
    shown = presenters.credit(this)
    payload = {name: shown[name] for name in _FIELDS} | {"reason": reason}
    audience = [rooms.user(this.user_id), *rooms.STAFF]
    events.record("credit.changed", payload, audience=audience, subject=rooms.subject("credit", this.user_id))


def notify(this: CreditAccount, type_: str) -> None:
    """Notify the customer of the limit, and of whether the credit is frozen."""
    data = {
        "limit": amounts.text(this.credit_limit, this.currency),
        "currency": this.currency,
        "frozen": this.status == FROZEN,
    }
    notification_service.notify(this.user_id, type_, data, subject=rooms.subject("credit", this.user_id))
