"""Selects on statements."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import select, text, tuple_

from metaia.core import db
from metaia.core.http import pagination
from metaia.core.times import now
from metaia.finance.statements import policy
from metaia.finance.statements.models import StatementPeriodRow, StatementRow
from metaia.payments.trail import queries as trail_queries


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement; models.StatementRow describes the fields. `issued_at` is None for a preliminary one."""

    owner_id: str
    currency: str
    period: str
    time_zone: str
    starts_at: datetime
    ends_at: datetime
    opening: int
    closing: int
    lines: int
    issued_at: datetime | None

    @property
    def preliminary(self) -> bool:
        """Return whether it can still change: a month without lines is never issued, and final without it."""
        return self.issued_at is None and (self.lines > 0 or now() < self.ends_at + policy.ISSUED_AFTER)


SORTABLE: pagination.Sortable = {"period": StatementRow.period}
_all = select(*(getattr(StatementRow, field.name) for field in fields(Statement)))
_HOLDERS = text(
    """
    SELECT a.owner, a.currency FROM ledger_accounts a WHERE a.kind IN ('partner', 'courier', 'cash', 'credit')
    AND a.owner ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' AND EXISTS (
        SELECT FROM ledger_entries e WHERE e.account_id = a.id AND e.booked_at >= :since AND e.booked_at < :until)
    """
)


def page(
    owner_id: str, *, filters: dict[str, Any], sort: str, limit: int, cursor: str | None
) -> tuple[list[Statement], str | None]:
    """Return one page of a user's issued statements, and the next page's cursor."""
    query = _all.where(StatementRow.owner_id == owner_id)
    query = query.where(*(getattr(StatementRow, name) == value for name, value in filters.items()))
    query = pagination.page(
        query, sort=sort, sortable=SORTABLE, key=StatementRow.currency, limit=limit, cursor=cursor
    )
    rows, following = pagination.cut(
        [Statement(*row) for row in db.fetch_all(query)], sort=sort, limit=limit, key="currency"
    )
    return list(rows), following


def get(owner_id: str, currency: str, period: str) -> Statement | None:
    """Return an issued statement."""
    query = _all.where(StatementRow.owner_id == owner_id, StatementRow.currency == currency)
    row = db.fetch_one(query.where(StatementRow.period == period))
    return None if row is None else Statement(*row)


def before(owner_id: str, currency: str, period: str) -> Statement | None:
    """Return the latest issued statement of an earlier month."""
    query = _all.where(StatementRow.owner_id == owner_id, StatementRow.currency == currency)
    row = db.fetch_one(
        query.where(StatementRow.period < period).order_by(StatementRow.period.desc()).limit(1)
    )
    return None if row is None else Statement(*row)


def since(period: str, *, after: tuple[str, str, str] | None, limit: int) -> list[Statement]:
    """Return issued statements of this month and later ones, in the order of owner, currency and month."""
    row = StatementRow
    order = (row.owner_id, row.currency, row.period)
    query = _all.where(row.period >= period)
    if after is not None:
        query = query.where(tuple_(*order) > after)
    return [Statement(*each) for each in db.fetch_all(query.order_by(*order).limit(limit))]


def owners(since: datetime, until: datetime) -> set[tuple[str, str]]:
    """Return users and currencies for which something was booked in a period."""
    found = {(row.owner, row.currency) for row in db.fetch_all(_HOLDERS, {"since": since, "until": until})}
    return found | trail_queries.payers(since, until)


def last_finished() -> str | None:
    """Return the latest month of which all statements are issued."""
    found: str | None = db.fetch_value(
        select(StatementPeriodRow.period).order_by(StatementPeriodRow.period.desc()).limit(1)
    )
    return found
