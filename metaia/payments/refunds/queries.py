"""Selects on refunds."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from metaia.core import db
from metaia.core.db.expressions import among
from metaia.core.http import pagination
from metaia.payments.models import PaymentRow
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
    request_id: str | None
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


@dataclass(frozen=True, slots=True)
class ShownRefund(Refund):
    """A refund with the parties of its payment."""

    payer_id: str | None
    partner_id: str | None
    order_id: str | None


SORTABLE: pagination.Sortable = {"created_at": RefundRow.created_at, "updated_at": RefundRow.updated_at}
_columns = [getattr(RefundRow, field.name) for field in fields(Refund)]
_all = select(*_columns)
_shown = select(*_columns, PaymentRow.payer_id, PaymentRow.partner_id, PaymentRow.order_id).join(
    PaymentRow, PaymentRow.id == RefundRow.payment_id
)
_CONDITIONS: dict[str, Callable[[Any], ColumnElement[bool]]] = {
    "payment_id": lambda value: RefundRow.payment_id == value,
    "request_id": lambda value: RefundRow.request_id == value,
    "order_id": lambda value: PaymentRow.order_id == value,
    "status": lambda value: RefundRow.status == value,
    "reason": lambda value: RefundRow.reason == value,
    "provider": lambda value: RefundRow.provider == value,
    "from_": lambda value: RefundRow.created_at >= value,
    "to": lambda value: RefundRow.created_at < value,
}


def page(
    party_id: str | None, *, filters: dict[str, Any], sort: str, limit: int, cursor: str | None
) -> tuple[list[ShownRefund], str | None]:
    """Return one page of the refunds to or from `party_id` (None: all refunds), and the next page's cursor."""
    query = _shown.where(*(_CONDITIONS[name](value) for name, value in filters.items()))
    if party_id is not None:
        query = query.where(or_(PaymentRow.payer_id == party_id, PaymentRow.partner_id == party_id))
    query = pagination.page(query, sort=sort, sortable=SORTABLE, key=RefundRow.id, limit=limit, cursor=cursor)
    rows, following = pagination.cut(
        [ShownRefund(*row) for row in db.fetch_all(query)], sort=sort, limit=limit
    )
    return list(rows), following


def shown(refund_id: str) -> ShownRefund | None:
    """Return a refund with its parties."""
    row = db.fetch_one(_shown.where(RefundRow.id == refund_id))
    return None if row is None else ShownRefund(*row)


def shown_by_ids(refund_ids: Iterable[str]) -> dict[str, ShownRefund]:
    """Return refunds with their parties by id, without those that do not exist."""
    found = [ShownRefund(*row) for row in db.fetch_all(_shown.where(among(RefundRow.id, refund_ids)))]
    return {each.id: each for each in found}


def get(refund_id: str, *, for_update: bool = False) -> Refund | None:
    """Return a refund; with `for_update`, row-locked."""
    query = _all.where(RefundRow.id == refund_id)
    row = db.fetch_one(query.with_for_update() if for_update else query)
    return None if row is None else Refund(*row)


def by_key(key: str) -> Refund | None:
    """Return the refund that was requested with this key."""
    row = db.fetch_one(_all.where(RefundRow.key == key))
    return None if row is None else Refund(*row)


def of_request(refund: Refund) -> list[Refund]:
    """Return the parts of the request that a refund belongs to, in their order."""
    rows = db.fetch_all(_all.where(RefundRow.request_id == refund.request_id).order_by(RefundRow.id))
    return [Refund(*row) for row in rows]


def lock_of_payment(payment_id: str) -> list[Refund]:
    """Return the refunds of a payment, row-locked in the order of their ids."""
    query = _all.where(RefundRow.payment_id == payment_id).order_by(RefundRow.id).with_for_update()
    return [Refund(*row) for row in db.fetch_all(query)]


def of_payments(payment_ids: Iterable[str]) -> list[Refund]:
    """Return the refunds of these payments in the order of their ids."""
    query = _all.where(among(RefundRow.payment_id, payment_ids)).order_by(RefundRow.id)
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


def lock_partner(partner_id: str) -> None:
    """Let no other transaction request refunds of this partner's money until this one ends."""
    db.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"refunds of {partner_id}", 0))))
