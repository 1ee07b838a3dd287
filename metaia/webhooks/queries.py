"""Selects on webhooks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, or_, select

from metaia.core import db
from metaia.core.db import AnyRow
from metaia.core.http import pagination
from metaia.core.json import Json
from metaia.webhooks.models import WebhookRow

STATE = case(
    (WebhookRow.digested_at.is_not(None), "digested"),
    (WebhookRow.due_at.is_not(None), "waiting"),
    else_="quarantined",
).label("state")
SHOWN = select(
    WebhookRow.id, WebhookRow.source, STATE, WebhookRow.tries, WebhookRow.error, WebhookRow.received_at,
    WebhookRow.digested_at, func.octet_length(WebhookRow.body).label("bytes"), WebhookRow.type, WebhookRow.subject,
    WebhookRow.replayed,
)  # fmt: skip
CONDITIONS = {
    "digested": WebhookRow.digested_at.is_not(None),
    "waiting": WebhookRow.digested_at.is_(None) & WebhookRow.due_at.is_not(None),
    "quarantined": WebhookRow.digested_at.is_(None) & WebhookRow.due_at.is_(None),
}
SORTABLE: pagination.Sortable = {"received_at": WebhookRow.received_at}


def page(
    *, filters: dict[str, Any], sort: str, limit: int, cursor: str | None
) -> tuple[Sequence[AnyRow], str | None]:
    """Return one page of webhooks, and the next page's cursor."""
    query = pagination.page(
        SHOWN.where(*conditions(filters)),
        sort=sort,
        sortable=SORTABLE,
        key=WebhookRow.id,
        limit=limit,
        cursor=cursor,
    )
    return pagination.cut(db.fetch_all(query), sort=sort, limit=limit)


def conditions(filters: Json) -> Iterator[ColumnElement[bool]]:
    """Yield the conditions of filters. `q` is an exact id in the vendor's words: of a call's subject or of a fact."""
    row = WebhookRow
    if "state" in filters:
        yield CONDITIONS[filters["state"]]
    for name in ("source", "type", "subject"):
        if name in filters:
            yield getattr(row, name) == filters[name]
    if "from_" in filters:
        yield row.received_at >= filters["from_"]
    if "to" in filters:
        yield row.received_at < filters["to"]
    if "q" in filters:
        named = [row.facts.contains([{name: filters["q"]}]) for name in ("reference", "attempt", "delivery")]
        yield or_(row.subject == filters["q"], *named)


def whole(webhook_id: str) -> AnyRow | None:
    """Return a webhook with all its columns, and its state and number of bytes."""
    columns = (STATE, func.octet_length(WebhookRow.body).label("bytes"))
    return db.fetch_one(select(WebhookRow.__table__, *columns).where(WebhookRow.id == webhook_id))


def row(webhook_id: str, *, for_update: bool = False) -> AnyRow | None:
    """Return the row of a webhook, row-locked if it is `for_update`."""
    query = select(WebhookRow.__table__).where(WebhookRow.id == webhook_id)
    return db.fetch_one(query.with_for_update() if for_update else query)


def deletable(processed_before: datetime, quarantined_before: datetime, kept: Sequence[str]) -> Select[Any]:
    """Return the select of the ids of webhooks received before these times, but those of the vendors `kept`."""
    found = WebhookRow
    processed = found.digested_at.is_not(None) & (found.received_at < processed_before)
    quarantined = found.due_at.is_(None) & (found.received_at < quarantined_before)
    return _ids().where(processed | quarantined, found.source.not_in(kept))


def with_body(received_before: datetime) -> Select[Any]:
    """Return the select of the ids of webhooks that wait for nothing, were received before, and have contents."""
    found = WebhookRow
    return _ids().where(found.due_at.is_(None), found.body.is_not(None), found.received_at < received_before)


def _ids() -> Select[Any]:
    query: Select[Any] = select(WebhookRow.id)
    return query


def get(webhook_id: str) -> AnyRow | None:
    """Return a webhook with the columns that staff see."""
    return db.fetch_one(SHOWN.where(WebhookRow.id == webhook_id))


def sources_since(moment: datetime) -> set[str]:
    """Return the vendors of which a call has been stored since `moment`."""
    query = select(WebhookRow.source).where(WebhookRow.received_at > moment).distinct()
    return {row.source for row in db.fetch_all(query)}
