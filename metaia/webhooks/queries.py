"""Selects on webhooks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, select

from metaia.core import db
from metaia.core.db import AnyRow
from metaia.core.http import pagination
from metaia.webhooks.models import WebhookRow

STATE = case(
    (WebhookRow.digested_at.is_not(None), "digested"),
    (WebhookRow.due_at.is_not(None), "waiting"),
    else_="quarantined",
).label("state")
SHOWN = select(
    WebhookRow.id, WebhookRow.source, STATE, WebhookRow.tries, WebhookRow.error, WebhookRow.received_at,
    WebhookRow.digested_at, func.octet_length(WebhookRow.body).label("bytes"),
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
    query = SHOWN
    if "state" in filters:
        query = query.where(CONDITIONS[filters["state"]])
    if "source" in filters:
        query = query.where(WebhookRow.source == filters["source"])
    query = pagination.page(
        query, sort=sort, sortable=SORTABLE, key=WebhookRow.id, limit=limit, cursor=cursor
    )
    return pagination.cut(db.fetch_all(query), sort=sort, limit=limit)


def get(webhook_id: str) -> AnyRow | None:
    """Return a webhook with the columns that staff see."""
    return db.fetch_one(SHOWN.where(WebhookRow.id == webhook_id))


def sources_since(moment: datetime) -> set[str]:
    """Return the vendors of which a call has been stored since `moment`."""
    query = select(WebhookRow.source).where(WebhookRow.received_at > moment).distinct()
    return {row.source for row in db.fetch_all(query)}
