"""Selects on rules of commissions."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from metaia.core import db
from metaia.core.http import pagination
from metaia.finance.commission.models import CommissionRuleRow as Row

DEFAULT = "default"  # the owner of the rules for partners without rules of their own


@dataclass(frozen=True, slots=True)
class CommissionRule:
    """A rule; models.CommissionRuleRow describes the fields."""

    id: str
    owner: str
    from_day: date
    basis_points: int
    reason: str
    created_at: datetime

    @property
    def partner_id(self) -> str | None:
        """Return the partner's id, None for the default."""
        return None if self.owner == DEFAULT else self.owner


SORTABLE: pagination.Sortable = {"created_at": Row.created_at}
_all = select(*(getattr(Row, field.name) for field in fields(CommissionRule)))


def basis_points(owner: str, day: date) -> int | None:
    """Return the rate of the owner's latest rule of that day, else that of the default; None without a rule."""
    query = select(Row.basis_points).where(Row.owner.in_([owner, DEFAULT]), Row.from_day <= day)
    row = db.fetch_one(query.order_by(Row.owner == DEFAULT, Row.from_day.desc()).limit(1))
    return None if row is None else int(row.basis_points)


def page(
    *, filters: dict[str, Any], sort: str, limit: int, cursor: str | None
) -> tuple[list[CommissionRule], str | None]:
    """Return one page of rules, and the next page's cursor."""
    query = _all.where(Row.owner == filters["partner_id"]) if "partner_id" in filters else _all
    query = pagination.page(query, sort=sort, sortable=SORTABLE, key=Row.id, limit=limit, cursor=cursor)
    rows, following = pagination.cut(
        [CommissionRule(*row) for row in db.fetch_all(query)], sort=sort, limit=limit
    )
    return list(rows), following


def lock(owner: str, day: date) -> CommissionRule | None:
    """Return the rule of an owner that begins on a day, row-locked."""
    query = _all.where(Row.owner == owner, Row.from_day == day).with_for_update()
    row = db.fetch_one(query)
    return None if row is None else CommissionRule(*row)
