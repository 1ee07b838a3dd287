"""Selects on messages of endpoints and their attempts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, select

from metaia.core import db
from metaia.core.db import AnyRow
from metaia.core.http import pagination
from metaia.core.json import Json
from metaia.webhook_endpoints.models import AttemptRow, MessageRow
from metaia.webhook_endpoints.queries import IS_PENDING

SORTABLE: pagination.Sortable = {"created_at": MessageRow.created_at}
COUNTED_UNTIL = 10_000
_all = select(MessageRow.__table__)


def page(*, filters: Json, sort: str, limit: int, cursor: str | None) -> tuple[Sequence[AnyRow], str | None]:
    """Return one page of the messages of an endpoint, and the next page's cursor."""
    query = pagination.page(
        _all.where(*_conditions(filters)),
        sort=sort,
        sortable=SORTABLE,
        key=MessageRow.id,
        limit=limit,
        cursor=cursor,
    )
    return pagination.cut(db.fetch_all(query), sort=sort, limit=limit)


def _conditions(filters: Json) -> Iterator[ColumnElement[bool]]:
    for name in ("endpoint_id", "state", "type"):
        if name in filters:
            yield getattr(MessageRow, name) == filters[name]
    if "from_" in filters:
        yield MessageRow.created_at >= filters["from_"]
    if "to" in filters:
        yield MessageRow.created_at < filters["to"]


def get(message_id: str, *, for_update: bool = False) -> AnyRow | None:
    """Return a message; with `for_update`, row-locked."""
    query = _all.where(MessageRow.id == message_id)
    return db.fetch_one(query.with_for_update() if for_update else query)


def attempts(message_id: str) -> Sequence[AnyRow]:
    """Return the attempts of a message, the first one first; after many retries by hand, the last 100."""
    query = select(AttemptRow.__table__).where(AttemptRow.message_id == message_id)
    return list(reversed(db.fetch_all(query.order_by(AttemptRow.at.desc(), AttemptRow.id.desc()).limit(100))))


def ended(endpoint_id: str, begin: datetime, end: datetime, limit: int) -> Sequence[AnyRow]:
    """Return (id, event_id, state) of the messages of an endpoint, in the order of the log, by their events' times."""
    row = MessageRow
    query = select(row.id, row.event_id, row.state, row.position).where(
        row.endpoint_id == endpoint_id, row.created_at >= begin, row.created_at < end, row.payload.is_(None)
    )
    return db.fetch_all(query.order_by(row.position).limit(limit))


def waiting(endpoint_id: str) -> int:
    """Return how many messages wait for an endpoint; counting ends at COUNTED_UNTIL."""
    rows = select(literal(1)).where(MessageRow.endpoint_id == endpoint_id, IS_PENDING)
    return int(db.fetch_value(select(func.count()).select_from(rows.limit(COUNTED_UNTIL).subquery())))


def waiting_in_all() -> int:
    """Return how many messages wait for all endpoints; counting ends at COUNTED_UNTIL."""
    rows = select(literal(1)).where(IS_PENDING)
    return int(db.fetch_value(select(func.count()).select_from(rows.limit(COUNTED_UNTIL).subquery())))


def speed(endpoint_id: str, since: datetime) -> AnyRow:
    """Return of the attempts since a time: their number, the successes, and p50 and p95 of the milliseconds."""
    row = AttemptRow
    took: Any = row.ms
    good = row.status.between(200, 299)
    figures = db.fetch_all(
        select(
            func.count().label("attempts"),
            func.count().filter(good).label("succeeded"),
            func.percentile_cont(0.5).within_group(took).label("p50"),
            func.percentile_cont(0.95).within_group(took).label("p95"),
        ).where(row.endpoint_id == endpoint_id, row.at >= since)
    )
    return figures[0]


def old(before: datetime) -> Select[Any]:
    """Return the select of the ids of messages about events before a time."""
    query: Select[Any] = select(MessageRow.id).where(MessageRow.created_at < before)
    return query
