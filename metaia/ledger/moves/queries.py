"""What was posted to one account, as times and amounts: from it follow debts and how old they are."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from metaia.core import db
from metaia.ledger.chart import Account
from metaia.ledger.models import LedgerEntryRow, LedgerPostingRow


def since(account: Account, moment: datetime) -> list[tuple[datetime, int]]:
    """Return when something was posted to an account and how much, in the order of booking, after a moment.

    A debit is positive. `moment` is compared with the times of booking; the times returned are those of the facts.
    """
    query = select(LedgerPostingRow.at, LedgerEntryRow.amount)
    query = query.join(LedgerPostingRow, LedgerPostingRow.id == LedgerEntryRow.posting_id)
    query = query.where(LedgerEntryRow.account_id == account.id, LedgerEntryRow.booked_at > moment)
    order = (LedgerEntryRow.booked_at, LedgerEntryRow.posting_id, LedgerEntryRow.line)
    return [(row.at, row.amount) for row in db.fetch_all(query.order_by(*order))]
