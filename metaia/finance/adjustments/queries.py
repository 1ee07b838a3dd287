"""Selects on adjustments."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import select

from metaia.core import db
from metaia.core.http import pagination
from metaia.core.json import Json
from metaia.finance.adjustments.models import AdjustmentRow


@dataclass(frozen=True, slots=True)
class Adjustment:
    """An adjustment; models.AdjustmentRow describes the fields."""

    id: str
    status: str
    lines: list[Json]
    currency: str
    reason: str
    requested_by: str
    decided_by: str | None
    posting_id: str | None
    version: int
    created_at: datetime
    updated_at: datetime


SORTABLE: pagination.Sortable = {"created_at": AdjustmentRow.created_at}
_all = select(*(getattr(AdjustmentRow, field.name) for field in fields(Adjustment)))


def page(
    *, filters: dict[str, Any], sort: str, limit: int, cursor: str | None
) -> tuple[list[Adjustment], str | None]:
    """Return one page of adjustments, and the next page's cursor."""
    query = _all.where(AdjustmentRow.status == filters["status"]) if "status" in filters else _all
    query = pagination.page(
        query, sort=sort, sortable=SORTABLE, key=AdjustmentRow.id, limit=limit, cursor=cursor
    )
    rows, following = pagination.cut(
        [Adjustment(*row) for row in db.fetch_all(query)], sort=sort, limit=limit
    )
    return list(rows), following


def get(adjustment_id: str, *, for_update: bool = False) -> Adjustment | None:
    """Return an adjustment; with `for_update`, row-locked."""
    query = _all.where(AdjustmentRow.id == adjustment_id)
    row = db.fetch_one(query.with_for_update() if for_update else query)
    return None if row is None else Adjustment(*row)
