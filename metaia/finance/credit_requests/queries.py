"""Selects on credit requests."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import select

from metaia.core import db
from metaia.core.http import pagination
from metaia.finance.credit_requests.models import CreditRequestRow as Row

SORTABLE: pagination.Sortable = {"created_at": Row.created_at}


@dataclass(frozen=True, slots=True)
class CreditRequest:
    """A credit request; models.CreditRequestRow describes the fields."""

    id: str
    user_id: str
    currency: str
    amount: int
    reason: str
    status: str
    approved: int | None
    decision: str | None
    decided_by: str | None
    version: int
    created_at: datetime
    updated_at: datetime


_all = select(*(getattr(Row, field.name) for field in fields(CreditRequest)))


def page(
    *, filters: dict[str, Any], sort: str, limit: int, cursor: str | None
) -> tuple[list[CreditRequest], str | None]:
    """Return one page of credit requests, and the next page's cursor."""
    query = _all.where(*(getattr(Row, name) == value for name, value in filters.items()))
    query = pagination.page(query, sort=sort, sortable=SORTABLE, key=Row.id, limit=limit, cursor=cursor)
    rows = [CreditRequest(*row) for row in db.fetch_all(query)]
    found, following = pagination.cut(rows, sort=sort, limit=limit)
    return list(found), following


def get(request_id: str, *, for_update: bool = False) -> CreditRequest | None:
    """Return a credit request; with `for_update`, row-locked."""
    query = _all.where(Row.id == request_id)
    row = db.fetch_one(query.with_for_update() if for_update else query)
    return None if row is None else CreditRequest(*row)
