"""Selects on payouts, and the balance of a partner or courier."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import select

from metaia.core import db
from metaia.core.db.expressions import among
from metaia.core.http import pagination
from metaia.finance.payouts import booking
from metaia.finance.payouts.models import PayoutRow as Row
from metaia.finance.payouts.state import APPROVED
from metaia.ledger import queries as ledger_queries

SORTABLE: pagination.Sortable = {"created_at": Row.created_at}
MOST_ACCOUNTS = 100  # of one user


@dataclass(frozen=True, slots=True)
class Payout:
    """A payout; models.PayoutRow describes the fields."""

    id: str
    user_id: str
    amount: int
    currency: str
    source: str
    status: str
    account: str
    account_version: int
    netted: int
    reference: str | None
    reason: str | None
    version: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Balance:
    """What a partner or courier has in one currency, in minor units. `payable` may be below 0."""

    currency: str
    payable: int = 0
    held: int = 0
    cash_in_hand: int = 0

    @property
    def netted(self) -> int:
        """Return the cash in hand that can be set off against what is payable and not held."""
        return max(min(self.cash_in_hand, self.payable - self.held), 0)

    @property
    def available(self) -> int:
        """Return what can be paid out: what is payable, not held, and not in the owner's hands already."""
        return max(self.payable - self.held - self.cash_in_hand, 0)


_all = select(*(getattr(Row, field.name) for field in fields(Payout)))


def page(
    *, filters: dict[str, Any], sort: str, limit: int, cursor: str | None
) -> tuple[list[Payout], str | None]:
    """Return one page of payouts, and the next page's cursor."""
    query = _all.where(*(getattr(Row, name) == value for name, value in filters.items()))
    query = pagination.page(query, sort=sort, sortable=SORTABLE, key=Row.id, limit=limit, cursor=cursor)
    rows, following = pagination.cut([Payout(*row) for row in db.fetch_all(query)], sort=sort, limit=limit)
    return list(rows), following


def get(payout_id: str, *, for_update: bool = False) -> Payout | None:
    """Return a payout; with `for_update`, row-locked."""
    query = _all.where(Row.id == payout_id)
    row = db.fetch_one(query.with_for_update() if for_update else query)
    return None if row is None else Payout(*row)


def lock_of_user(user_id: str, statuses: Collection[str]) -> list[Payout]:
    """Return a user's payouts in some statuses, row-locked."""
    query = _all.where(Row.user_id == user_id, among(Row.status, statuses)).order_by(Row.id)
    return [Payout(*row) for row in db.fetch_all(query.with_for_update())]


def approved(limit: int) -> list[str]:
    """Return ids of payouts to send."""
    return [
        row.id
        for row in db.fetch_all(select(Row.id).where(Row.status == APPROVED).order_by(Row.id).limit(limit))
    ]


def balance(user_id: str, source: str, currency: str) -> Balance:
    """Return the balance of a partner or courier in a currency, also of the running transaction."""
    earned, cash = booking.earned(source, user_id, currency), booking.cash(user_id, currency)
    found = ledger_queries.by_ids([earned.id, cash.id])
    own, in_hand = found.get(earned.id), found.get(cash.id)
    return Balance(
        currency, own.posted if own else 0, own.held if own else 0, in_hand.posted if in_hand else 0
    )


def balances(user_id: str, source: str) -> list[Balance]:
    """Return the balances of a partner or courier in all currencies that they have used, by currency."""
    rows, _ = ledger_queries.accounts_page(
        filters={"owner": user_id}, sort="openedAt", limit=MOST_ACCOUNTS, cursor=None
    )
    used = {row.currency for row in rows if row.kind in {source, "cash"}}
    return [balance(user_id, source, currency) for currency in sorted(used)]
