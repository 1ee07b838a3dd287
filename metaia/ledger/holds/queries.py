"""Selects of holds."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from metaia.core import db
from metaia.core.db import AnyRow
from metaia.ledger.models import LedgerHoldEndRow, LedgerHoldRow


def by_id(hold_id: str) -> AnyRow | None:
    """Return a hold with its `outcome` and `posted` amount, which are None while it is open."""
    query = select(
        LedgerHoldRow.__table__, LedgerHoldEndRow.outcome, LedgerHoldEndRow.amount.label("posted")
    ).outerjoin(LedgerHoldEndRow, LedgerHoldEndRow.hold_id == LedgerHoldRow.id)
    return db.fetch_one(query.where(LedgerHoldRow.id == hold_id))


def lapsed(since: datetime, moment: datetime, limit: int) -> list[str]:
    """Return ids of open holds that were to end between `since` and `moment`, the oldest first."""
    query = select(LedgerHoldRow.id).outerjoin(LedgerHoldEndRow, LedgerHoldEndRow.hold_id == LedgerHoldRow.id)
    query = query.where(LedgerHoldRow.expires_at > since, LedgerHoldRow.expires_at <= moment)
    query = query.where(LedgerHoldEndRow.hold_id.is_(None)).order_by(LedgerHoldRow.expires_at).limit(limit)
    return [row.id for row in db.fetch_all(query)]
