"""Selects on payout accounts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import select

from metaia.core import db
from metaia.finance.payout_accounts.models import PayoutAccountRow as Row

PAGE = 100  # rows


@dataclass(frozen=True, slots=True)
class PayoutAccount:
    """A payout account; models.PayoutAccountRow describes the fields."""

    user_id: str
    method: str
    details: bytes
    masked: str
    locked_until: datetime | None
    version: int
    updated_at: datetime


_all = select(*(getattr(Row, field.name) for field in fields(PayoutAccount)))


def get(user_id: str, *, for_update: bool = False) -> PayoutAccount | None:
    """Return the payout account of a user; with `for_update`, row-locked."""
    query = _all.where(Row.user_id == user_id)
    row = db.fetch_one(query.with_for_update() if for_update else query)
    return None if row is None else PayoutAccount(*row)


def page(after: str | None) -> Sequence[PayoutAccount]:
    """Return payout accounts in the order of their owners, those after `after`."""
    query = _all if after is None else _all.where(Row.user_id > after)
    return [PayoutAccount(*row) for row in db.fetch_all(query.order_by(Row.user_id).limit(PAGE))]
