"""Selects that count offers. Each reads the rows of the time once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Date, cast, func, or_, select

from metaia.core import db
from metaia.core.db import AnyRow
from metaia.offers.models import OfferRow

_row = OfferRow


def conditions(
    first: datetime, last: datetime, user_id: str | None, currency: str | None
) -> list[ColumnElement[bool]]:
    """Return the conditions of offers that were made from `first` on and before `last`, of a user or of all."""
    found = [_row.created_at >= first, _row.created_at < last]
    found += [or_(_row.seller_id == user_id, _row.buyer_id == user_id)] if user_id else []
    return found + ([_row.currency == currency] if currency else [])


def counts(wanted: list[ColumnElement[bool]], unit: str) -> list[AnyRow]:
    """Return the number of offers with their totals and rounds, by outcome and period, a day, week or month of UTC."""
    period = cast(func.date_trunc(unit, func.timezone("UTC", _row.created_at)), Date).label("period")
    keys = (period, _row.status, _row.currency, _row.reject_reason)
    query = select(
        *keys,
        func.count().label("offers"),
        func.sum(func.coalesce(_row.total, 0)).label("total"),
        func.sum(_row.round).label("rounds"),
    )
    return db.fetch_all(query.where(*wanted).group_by(*keys).order_by(period))


def medians(wanted: list[ColumnElement[bool]]) -> tuple[float | None, float | None]:
    """Return the median of the minutes to the first answer, and of final ÷ first price of accepted offers."""
    minutes = func.extract("epoch", _row.answered_at - _row.created_at) / 60
    ratio = _row.total * 1.0 / func.nullif(_row.first_total, 0)
    answer = func.percentile_cont(0.5).within_group(minutes)
    price = func.percentile_cont(0.5).within_group(ratio).filter(_row.status == "accepted")
    found = db.fetch_one(select(answer, price).where(*wanted))
    first, second = found or (None, None)
    return _number(first), _number(second)


def _number(value: object) -> float | None:
    return None if value is None else round(float(str(value)), 4)
