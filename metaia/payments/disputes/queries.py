"""Selects on disputes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select

from metaia.core import db
from metaia.core.db.expressions import among
from metaia.core.http import pagination
from metaia.payments.disputes.models import DisputeRow
from metaia.payments.models import PaymentRow


@dataclass(frozen=True, slots=True)
class Dispute:
    """A dispute; models.DisputeRow describes the fields. Amounts are in minor units."""

    id: str
    payment_id: str
    provider: str
    reference: str
    attempt: str
    amount: int
    currency: str
    status: str
    reason: str | None
    refundable: bool
    held: int
    opened_at: datetime
    decided_at: datetime | None
    answer: str | None
    summary: str | None
    answered_by: str | None
    due_at: datetime | None
    tries: int
    error: str | None
    answered_at: datetime | None
    version: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class ShownDispute(Dispute):
    """A dispute with the parties of its payment."""

    partner_id: str | None
    order_id: str | None


SORTABLE: pagination.Sortable = {"created_at": DisputeRow.created_at, "updated_at": DisputeRow.updated_at}
_columns = [getattr(DisputeRow, field.name) for field in fields(Dispute)]
_all = select(*_columns)
_shown = select(*_columns, PaymentRow.partner_id, PaymentRow.order_id).join(
    PaymentRow, PaymentRow.id == DisputeRow.payment_id
)
_CONDITIONS: dict[str, Callable[[Any], ColumnElement[bool]]] = {
    "payment_id": lambda value: DisputeRow.payment_id == value,
    "order_id": lambda value: PaymentRow.order_id == value,
    "status": lambda value: DisputeRow.status == value,
    "provider": lambda value: DisputeRow.provider == value,
    "from_": lambda value: DisputeRow.created_at >= value,
    "to": lambda value: DisputeRow.created_at < value,
}


def page(
    partner_id: str | None, *, filters: dict[str, Any], sort: str, limit: int, cursor: str | None
) -> tuple[list[ShownDispute], str | None]:
    """Return one page of the disputes about payments to `partner_id` (None: all), and the next page's cursor."""
    query = _shown.where(*(_CONDITIONS[name](value) for name, value in filters.items()))
    if partner_id is not None:
        query = query.where(PaymentRow.partner_id == partner_id)
    query = pagination.page(
        query, sort=sort, sortable=SORTABLE, key=DisputeRow.id, limit=limit, cursor=cursor
    )
    rows, following = pagination.cut(
        [ShownDispute(*row) for row in db.fetch_all(query)], sort=sort, limit=limit
    )
    return list(rows), following


def shown(dispute_id: str) -> ShownDispute | None:
    """Return a dispute with its parties."""
    row = db.fetch_one(_shown.where(DisputeRow.id == dispute_id))
    return None if row is None else ShownDispute(*row)


def shown_by_ids(dispute_ids: Iterable[str]) -> dict[str, ShownDispute]:
    """Return disputes with their parties by id, without those that do not exist."""
    found = [ShownDispute(*row) for row in db.fetch_all(_shown.where(among(DisputeRow.id, dispute_ids)))]
    return {each.id: each for each in found}


def get(dispute_id: str, *, for_update: bool = False) -> Dispute | None:
    """Return a dispute; with `for_update`, row-locked."""
    query = _all.where(DisputeRow.id == dispute_id)
    row = db.fetch_one(query.with_for_update() if for_update else query)
    return None if row is None else Dispute(*row)


def lock_of_payment(payment_id: str) -> list[Dispute]:
    """Return the disputes of a payment, row-locked in the order of their ids."""
    query = _all.where(DisputeRow.payment_id == payment_id).order_by(DisputeRow.id).with_for_update()
    return [Dispute(*row) for row in db.fetch_all(query)]


def of_payments(payment_ids: Iterable[str]) -> list[Dispute]:
    """Return the disputes of these payments in the order of their ids."""
    query = _all.where(among(DisputeRow.payment_id, payment_ids)).order_by(DisputeRow.id)
    return [Dispute(*row) for row in db.fetch_all(query)]
