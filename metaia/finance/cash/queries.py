"""Selects on cash in hand and handovers."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from metaia.core import db
from metaia.core.db.expressions import among
from metaia.core.http import pagination
from metaia.finance.cash.models import CashHandoverRow as Row
from metaia.finance.cash.models import CashReminderRow
from metaia.ledger import queries as ledger_queries
from metaia.ledger.queries import Balance

KIND = "cash"
SORTABLE: pagination.Sortable = {"created_at": Row.created_at}
MOST_CURRENCIES = 100


@dataclass(frozen=True, slots=True)
class Handover:
    """A handover; models.CashHandoverRow describes the fields."""

    id: str
    user_id: str
    amount: int
    short: int
    currency: str
    received_by: str
    created_at: datetime


_all = select(*(getattr(Row, field.name) for field in fields(Handover)))


def in_hand(user_id: str) -> list[Balance]:
    """Return the cash that a user carries, by currency."""
    rows, _ = ledger_queries.accounts_page(
        filters={"owner": user_id, "kind": KIND}, sort="openedAt", limit=MOST_CURRENCIES, cursor=None
    )
    return sorted(rows, key=lambda row: row.currency)


def carried(cursor: str | None, limit: int) -> tuple[list[Balance], str | None]:
    """Return one page of all accounts of cash, and the next page's cursor."""
    return ledger_queries.accounts_page(filters={"kind": KIND}, sort="openedAt", limit=limit, cursor=cursor)


def reminded(account_ids: Collection[str], day: date) -> set[str]:
    """Return those accounts of which the owner was asked on this day or later."""
    row = CashReminderRow
    query = select(row.account_id).where(among(row.account_id, account_ids), row.day >= day)
    return {each.account_id for each in db.fetch_all(query)}


def page(
    *, filters: dict[str, Any], sort: str, limit: int, cursor: str | None
) -> tuple[list[Handover], str | None]:
    """Return one page of handovers, and the next page's cursor."""
    query = _all.where(*(getattr(Row, name) == value for name, value in filters.items()))
    query = pagination.page(query, sort=sort, sortable=SORTABLE, key=Row.id, limit=limit, cursor=cursor)
    rows, following = pagination.cut([Handover(*row) for row in db.fetch_all(query)], sort=sort, limit=limit)
    return list(rows), following
