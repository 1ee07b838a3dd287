"""Selects of what users do with payments: lists, timelines, limits."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, true

from metaia.core import db
from metaia.core.access.actor import Actor
from metaia.core.db import AnyRow
from metaia.core.http import pagination
from metaia.payments import queries as payment_queries
from metaia.payments.models import PaymentFactRow, PaymentRow
from metaia.payments.policy import PAYMENTS_READ
from metaia.payments.queries import COLUMNS, SORTABLE, Payment

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def page(
    actor: Actor, *, filters: dict[str, Any], sort: str, limit: int, cursor: str | None
) -> tuple[list[Payment], str | None]:
    """Return one page of the payments that `actor` takes part in (staff: all), and the next page's cursor."""
    query = select(*COLUMNS).where(_visible(actor), *_conditions(filters))
    query = pagination.page(
        query, sort=sort, sortable=SORTABLE, key=PaymentRow.id, limit=limit, cursor=cursor
    )
    found = [Payment(*row) for row in db.fetch_all(query)]
    cut, following = pagination.cut(found, sort=sort, limit=limit)
    return list(cut), following


def called(reference: str) -> list[Payment]:
    """Return the payments that providers know by a reference, their own or that of an attempt."""
    row, fact = PaymentRow, PaymentFactRow
    own = select(row.id).where(row.reference == reference)
    attempts = select(fact.payment_id).where(fact.attempt == reference, fact.payment_id.is_not(None))
    ids = {each.id for each in db.fetch_all(own)} | {each[0] for each in db.fetch_all(attempts)}
    return list(payment_queries.by_ids(ids).values()) if ids else []


def open_for(purpose_type: str, purpose_id: str, provider: str) -> Payment | None:
    """Return the open payment of a purpose at a provider, row-locked."""
    row = PaymentRow
    query = select(*COLUMNS).where(
        row.purpose_type == purpose_type, row.purpose_id == purpose_id, row.provider == provider, row.open
    )
    found = db.fetch_one(query.with_for_update())
    return None if found is None else Payment(*found)


def count_open(payer_id: str) -> int:
    """Return how many open payments a user has."""
    open_ = (PaymentRow.payer_id == payer_id, PaymentRow.open)
    return int(db.fetch_value(select(func.count()).where(*open_)))


def count_attempts(payment_id: str) -> int:
    """Return in how many attempts it was tried to pay."""
    row = PaymentFactRow
    tried = (row.payment_id == payment_id, row.kind == "attempt")
    return int(db.fetch_value(select(func.count(row.reference.distinct())).where(*tried)))


def timeline(payment_id: str, until: datetime | None) -> list[AnyRow]:
    """Return the rows of a payment's facts in the order of their arrival; up to and including `until` if given."""
    query = select(PaymentFactRow.__table__).where(PaymentFactRow.payment_id == payment_id)
    if until is not None:
        query = query.where(PaymentFactRow.received_at <= until)
    return db.fetch_all(query.order_by(PaymentFactRow.id))


def _visible(actor: Actor) -> ColumnElement[bool]:
    if actor.may(PAYMENTS_READ):
        return true()
    return or_(PaymentRow.payer_id == actor.id, PaymentRow.partner_id == actor.id)


def _conditions(filters: dict[str, Any]) -> list[ColumnElement[bool]]:
    row = PaymentRow
    conditions: dict[str, Any] = {
        "status": lambda value: row.status == value,
        "provider": lambda value: row.provider == value,
        "purpose": lambda value: row.purpose_type == value,
        "order_id": lambda value: row.order_id == value,
        "payer_id": lambda value: row.payer_id == value,
        "from_": lambda value: row.created_at >= value,
        "to": lambda value: row.created_at < value,
        "q": _named,
    }
    return [conditions[name](value) for name, value in filters.items()]


def _named(text: str) -> ColumnElement[bool]:
    """Return the condition that a payment has this id, or its order, or that its provider calls it so."""
    row, fact = PaymentRow, PaymentFactRow
    if _UUID.fullmatch(text):
        return or_(row.id == text, row.order_id == text)
    attempts = select(fact.payment_id).where(fact.attempt == text, fact.payment_id.is_not(None))
    return or_(row.reference == text, row.id.in_(attempts))
