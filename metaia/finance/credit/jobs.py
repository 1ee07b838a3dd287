"""The daily check of due dates: it reminds customers, and freezes credit of which a part is overdue."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import update

from metaia.core import db
from metaia.core.json import Json
from metaia.core.text import amounts
from metaia.finance import days
from metaia.finance.credit import queries, service
from metaia.finance.credit.debts import Owed
from metaia.finance.credit.models import CreditAccountRow
from metaia.finance.credit.queries import CreditAccount
from metaia.finance.credit.state import ACTIVE, CLOCK, FROZEN, OVERDUE
from metaia.jobs import loop
from metaia.jobs.registry import job
from metaia.notifications import service as notification_service

BATCH = 100  # accounts
SOON = timedelta(days=3)  # a debt is announced so long before its due day
AGAIN = timedelta(days=7)  # and an overdue one each week


@job(every=600, timeout=300)
def check_due_dates() -> int:
    """Check each credit account once a day; return how many were checked."""
    return loop.work_off(lambda: check(days.today()), seconds=200)


def check(today: date) -> int:
    """Check accounts that were not checked today, each in its own transaction; return how many."""
    found = queries.unchecked(today, BATCH)
    for each in found:
        with db.transaction():
            this = queries.get(each.user_id, each.currency, for_update=True)
            if this is not None:
                _check(this, today)
    return len(found)


def _check(this: CreditAccount, today: date) -> None:
    owed = queries.usage(this).owed
    changed: Json = {"checked_on": today}
    if owed.next_due is not None and _is_soon(this, owed.next_due, today):
        changed["due_notified"] = owed.next_due
        _notify(this, "credit_due", owed.next_amount, owed.next_due)
    if owed.overdue_since is not None and _is_time(this, today):
        changed["overdue_notified"] = today
        _notify(this, "credit_overdue", owed.overdue, owed.overdue_since)
    own = (CreditAccountRow.user_id == this.user_id, CreditAccountRow.currency == this.currency)
    db.execute(update(CreditAccountRow).where(*own).values(**changed))
    _follow(this, owed)


def _follow(this: CreditAccount, owed: Owed) -> None:
    """Freeze credit of which a part is overdue; end that once nothing is."""
    if owed.overdue and this.status == ACTIVE:
        service.act(this.user_id, this.currency, "freeze", "A part is overdue.", by=CLOCK)
    elif not owed.overdue and this.status == FROZEN and this.frozen_because == OVERDUE:
        service.act(this.user_id, this.currency, "unfreeze", "Nothing is overdue.", by=CLOCK)


def _is_soon(this: CreditAccount, due: date, today: date) -> bool:
    return due - SOON <= today and (this.due_notified is None or this.due_notified < due)


def _is_time(this: CreditAccount, today: date) -> bool:
    return this.overdue_notified is None or this.overdue_notified + AGAIN <= today


def _notify(this: CreditAccount, type_: str, amount: int, due: date) -> None:
    data = {"amount": amounts.text(amount, this.currency), "day": due.isoformat(), "currency": this.currency}
    notification_service.notify(this.user_id, type_, data, subject=f"credit-{this.user_id}")
