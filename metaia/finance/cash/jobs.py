"""The daily job that asks couriers for the cash that they carry."""

from __future__ import annotations

from datetime import date

from metaia.core import db
from metaia.core.access.permissions import DELIVERY
from metaia.finance import days
from metaia.finance.cash import queries, service
from metaia.jobs.registry import job
from metaia.ledger.chart import Account
from metaia.ledger.moves import queries as move_queries
from metaia.ledger.queries import Balance
from metaia.users import queries as user_queries

BATCH = 100  # accounts


@job(every=3600, timeout=300)
def ask_for_cash() -> int:
    """Ask each courier with cash of an earlier day for it, once a day; return how many."""
    return remind(days.today())


def remind(today: date) -> int:
    """Ask the couriers that carry cash since before this day; return how many were asked."""
    cursor, asked = None, 0
    while True:
        rows, cursor = queries.carried(cursor, BATCH)
        done = queries.reminded([row.id for row in rows], today)
        for row in rows:
            if row.posted > 0 and row.id not in done and _is_due(row, today):
                with db.transaction():
                    service.remind(row, today)
                asked += 1
        if cursor is None:
            return asked


def _is_due(account: Balance, today: date) -> bool:
    """Return whether a courier carries more than what was collected on this day."""
    if user_queries.active_with_role(account.owner, {DELIVERY}) is None:
        return False
    collected = [amount for _, amount in move_queries.since(_account(account), days.start(today))]
    return account.posted > sum(amount for amount in collected if amount > 0)


def _account(balance: Balance) -> Account:
    return Account(balance.kind, balance.owner, balance.currency)
