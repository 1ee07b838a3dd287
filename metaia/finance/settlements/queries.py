"""Selects on settlements."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import select, text

from metaia.core import db
from metaia.finance.settlements.models import SettlementRow as Row


@dataclass(frozen=True, slots=True)
class Settlement:
    """A settlement; models.SettlementRow describes the fields."""

    id: str
    user_id: str
    currency: str
    amount: int
    settled: int | None
    settled_at: datetime | None


_OVERPAID = text(
    "SELECT s.id FROM payments p JOIN credit_settlements s ON CAST(s.id AS text) = p.purpose_id"
    " AND p.currency = s.currency WHERE p.purpose_type = 'settlement' AND s.settled IS NOT NULL GROUP BY s.id"
    " HAVING sum(p.captured - p.refunded - p.refunding - p.disputed) > s.settled AND max(p.updated_at) > :since"
    " ORDER BY max(p.updated_at) DESC LIMIT :limit"
)
_all = select(*(getattr(Row, field.name) for field in fields(Settlement)))


def get(settlement_id: str, *, for_update: bool = False) -> Settlement | None:
    """Return a settlement; with `for_update`, row-locked."""
    query = _all.where(Row.id == settlement_id)
    row = db.fetch_one(query.with_for_update() if for_update else query)
    return None if row is None else Settlement(*row)


def unsettled(user_id: str, currency: str, amount: int) -> str | None:
    """Return the id of a user's settlement of an amount that is not paid."""
    own = (Row.user_id == user_id, Row.currency == currency, Row.amount == amount, Row.settled.is_(None))
    row = db.fetch_one(select(Row.id).where(*own).order_by(Row.id).limit(1))
    return None if row is None else str(row.id)


def overpaid(changed_since: datetime, limit: int) -> list[str]:
    """Return ids of settlements that were paid more than they have settled, by payments that have changed since."""
    return [row.id for row in db.fetch_all(_OVERPAID, {"since": changed_since, "limit": limit})]
