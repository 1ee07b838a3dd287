"""Selects on refunds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import func, select

from metaia.core import db
from metaia.core.db.expressions import among
from metaia.payments.refunds.models import RefundRow


@dataclass(frozen=True, slots=True)
class Refund:
    """A refund; models.RefundRow describes the fields. `amount` is in minor units."""

    id: str
    payment_id: str
    provider: str
    attempt: str
    amount: int
    currency: str
    status: str
    reason: str
    note: str | None
    provider_ref: str | None
    key: str | None
    requested_by: str | None
    retried_by: str | None
    failure: str | None
    due_at: datetime | None
    tries: int
    error: str | None
    settled_at: datetime | None
    version: int
    created_at: datetime
    updated_at: datetime


_all = select(*(getattr(RefundRow, field.name) for field in fields(Refund)))


def get(refund_id: str, *, for_update: bool = False) -> Refund | None:
    """Return a refund; with `for_update`, row-locked."""
    query = _all.where(RefundRow.id == refund_id)
    row = db.fetch_one(query.with_for_update() if for_update else query)
    return None if row is None else Refund(*row)


def by_ids(refund_ids: Iterable[str]) -> list[Refund]:
    """Return these refunds in the order of their ids."""
    return [
        Refund(*row)
        for row in db.fetch_all(_all.where(among(RefundRow.id, refund_ids)).order_by(RefundRow.id))
    ]


def by_key(key: str) -> Refund | None:
    """Return the refund that was requested with this key."""
    row = db.fetch_one(_all.where(RefundRow.key == key))
    return None if row is None else Refund(*row)


def lock_of_payment(payment_id: str) -> list[Refund]:
    """Return the refunds of a payment, row-locked in the order of their ids."""
    query = _all.where(RefundRow.payment_id == payment_id).order_by(RefundRow.id).with_for_update()
    return [Refund(*row) for row in db.fetch_all(query)]


def count(payment_id: str) -> int:
    """Return the number of refunds of a payment."""
    return int(db.fetch_value(select(func.count()).where(RefundRow.payment_id == payment_id)))


def failed(payment_id: str) -> list[Refund]:
    """Return the failed refunds of a payment that were requested by us and not retried yet."""
    query = _all.where(
        RefundRow.payment_id == payment_id, RefundRow.status == "failed", RefundRow.retried_by.is_(None)
    )
    return [Refund(*row) for row in db.fetch_all(query)]
