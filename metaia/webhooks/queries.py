"""Every select on webhooks, beyond those by which the inbox works."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import case, func, select

from metaia.core import db
from metaia.core.db import AnyRow
from metaia.core.http import pagination
from metaia.webhooks.inbox import Inbox

STATE = case(
    (Inbox.digested_at.is_not(None), "digested"), (Inbox.due_at.is_not(None), "waiting"), else_="quarantined"
).label("state")
SHOWN = select(
    Inbox.id, Inbox.source, STATE, Inbox.tries, Inbox.error, Inbox.received_at, Inbox.digested_at,
    func.octet_length(Inbox.body).label("bytes"),
)  # fmt: skip
CONDITIONS = {
    "digested": Inbox.digested_at.is_not(None),
    "waiting": Inbox.digested_at.is_(None) & Inbox.due_at.is_not(None),
    "quarantined": Inbox.digested_at.is_(None) & Inbox.due_at.is_(None),
}
SORTABLE: pagination.Sortable = {"received_at": Inbox.received_at}


def page(
    *, filters: dict[str, Any], sort: str, limit: int, cursor: str | None
) -> tuple[Sequence[AnyRow], str | None]:
    """Return one page of kept calls, and the next page's cursor."""
    query = SHOWN
    if "state" in filters:
        query = query.where(CONDITIONS[filters["state"]])
    if "source" in filters:
        query = query.where(Inbox.source == filters["source"])
    query = pagination.page(query, sort=sort, sortable=SORTABLE, key=Inbox.id, limit=limit, cursor=cursor)
    return pagination.cut(db.fetch_all(query), sort=sort, limit=limit)


def one(call_id: str) -> AnyRow | None:
    """Return a kept call, as staff see it."""
    return db.fetch_one(SHOWN.where(Inbox.id == call_id))
