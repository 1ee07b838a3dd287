"""Selects of the consumer: its cursor, the horizon of the ledger, and facts as they are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, text

from metaia.analytics.following import facts
from metaia.analytics.models import AnalyticsCursorRow
from metaia.core import db
from metaia.core.db import AnyRow

NAME = "facts"  # of the only cursor
_HORIZON = text(facts.HORIZON)
# In another epoch the tables wait for a rebuild: no job can do anything while one goes on.
_BEHIND = text(
    """
    SELECT CASE WHEN h.epoch <> c.epoch
        THEN c.rebuilding IS NULL OR CAST(c.rebuilding->>'at' AS timestamptz) < clock_timestamp() - interval '2 minutes'
        ELSE h.position >= c.position + :page
            OR h.position > c.position AND c.moved_at < clock_timestamp() - interval '1 second' END
    FROM log_head h, analytics_cursor c WHERE c.name = 'facts'
    """
)
PAGE = 500  # events of one transaction


def cursor(*, lock: bool = False) -> AnyRow | None:
    """Return the cursor, None before the first rebuild; with `lock` row-locked."""
    query = select(AnalyticsCursorRow.__table__).where(AnalyticsCursorRow.name == NAME)
    return db.fetch_one(query.with_for_update() if lock else query)


def is_behind() -> bool:
    """Return whether the head of the log is ahead of the cursor by a page, or by an event for more than a second."""
    return bool(db.fetch_value(_BEHIND, {"page": PAGE}))


def horizon() -> datetime:
    """Return the moment before which all transactions have ended, as seen before the next statement."""
    found: datetime = db.fetch_value(_HORIZON)
    return found


def axes(ids: Sequence[str], suffix: str = "") -> list[AnyRow]:
    """Return the time axes and customers of the facts of orders."""
    return db.fetch_all(text(facts.ORDER_AXES.format(next=suffix)), {"ids": list(ids)})
