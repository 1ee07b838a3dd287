"""Selects on webhooks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import case, func, select, text

from metaia.core import db
from metaia.core.db import AnyRow
from metaia.core.http import pagination
from metaia.core.times import now
from metaia.webhooks.models import WebhookRow

MAX_COUNT = 1000  # counts end there, so they stay fast
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
COUNTS = text(
    f"""
    SELECT count(due_at) AS waiting, count(*) - count(due_at) AS quarantined
    FROM (SELECT due_at FROM webhook_inbox WHERE digested_at IS NULL LIMIT {MAX_COUNT}) AS undigested
    """  # noqa: S608 - a constant
)


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


def lock_pending(webhook_id: str) -> AnyRow | None:
    """Return an unprocessed webhook, row-locked; None if it is processed, or row-locked by another worker."""
    query = select(WebhookRow.__table__).where(WebhookRow.id == webhook_id, WebhookRow.digested_at.is_(None))
    return db.fetch_one(query.with_for_update(skip_locked=True))


def count_due() -> int:
    """Return how many webhooks are due to be processed, up to MAX_COUNT."""
    due = select(WebhookRow.id).where(WebhookRow.digested_at.is_(None), WebhookRow.due_at <= now())
    return int(db.fetch_value(select(func.count()).select_from(due.limit(MAX_COUNT).subquery())))


def count_undigested() -> dict[str, int]:
    """Return how many webhooks are waiting and how many are quarantined, up to MAX_COUNT in total."""
    row = db.fetch_all(COUNTS)[0]
    return {"waiting": row.waiting, "quarantined": row.quarantined}
