"""Selects on credit accounts, with what the ledger has of them."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta

from sqlalchemy import or_, select

from metaia.core import db
from metaia.core.times import now
from metaia.finance import days
from metaia.finance.credit import debts, risk
from metaia.finance.credit.debts import Owed
from metaia.finance.credit.models import CreditAccountRow as Row
from metaia.ledger import queries as ledger_queries
from metaia.ledger.chart import Account
from metaia.ledger.moves import queries as move_queries

KIND = "credit"
HISTORY = timedelta(days=400)  # what the risk grade looks at; longer than the longest term


@dataclass(frozen=True, slots=True)
class CreditAccount:
    """A credit account; models.CreditAccountRow describes the fields."""

    user_id: str
    currency: str
    credit_limit: int
    term_days: int
    status: str
    frozen_because: str | None
    version: int
    due_notified: date | None
    overdue_notified: date | None
    updated_at: datetime

    @property
    def account(self) -> Account:
        """Return the account in the ledger."""
        return Account(KIND, self.user_id, self.currency)


@dataclass(frozen=True, slots=True)
class Usage:
    """What is used of a credit, in minor units, and what follows from its history."""

    balance: int
    held: int
    available: int
    owed: Owed
    grade: str
    reasons: list[str]


_all = select(*(getattr(Row, field.name) for field in fields(CreditAccount)))


def of_user(user_id: str) -> list[CreditAccount]:
    """Return the credit accounts of a user, by currency."""
    query = _all.where(Row.user_id == user_id).order_by(Row.currency)
    return [CreditAccount(*row) for row in db.fetch_all(query)]


def get(
    user_id: str, currency: str, *, for_update: bool = False, skip_locked: bool = False
) -> CreditAccount | None:
    """Return a credit account; with `for_update`, row-locked: None with `skip_locked` if it is locked already."""
    query = _all.where(Row.user_id == user_id, Row.currency == currency)
    row = db.fetch_one(query.with_for_update(skip_locked=skip_locked) if for_update else query)
    return None if row is None else CreditAccount(*row)


def unchecked(today: date, limit: int) -> list[CreditAccount]:
    """Return accounts of which the due dates were not checked today."""
    query = _all.where(or_(Row.checked_on.is_(None), Row.checked_on < today))
    rows = db.fetch_all(query.order_by(Row.user_id, Row.currency).limit(limit))
    return [CreditAccount(*row) for row in rows]


def usage(this: CreditAccount) -> Usage:
    """Return what is used of a credit, also by the running transaction."""
    state = ledger_queries.balance(this.account)
    balance, held = (state.posted, state.held) if state else (0, 0)
    today, since = days.today(), now() - HISTORY
    moves = [(days.of(at), amount) for at, amount in move_queries.since(this.account, since)]
    found = debts.of(
        moves,
        opening=balance - sum(amount for _, amount in moves),
        since=days.of(since),
        term_days=this.term_days,
    )
    grade, reasons = risk.grade(risk.history(found, today, failed=0))
    available = max(this.credit_limit - balance - held, 0)
    return Usage(balance, held, available, debts.owed(found, today), grade, reasons)
