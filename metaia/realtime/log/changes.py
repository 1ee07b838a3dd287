"""Pages of the log for consumers that make derived tables: which object each event is about."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select

from metaia.core import db
from metaia.realtime.log import store as log_store
from metaia.realtime.log.models import EventLog


class Change(NamedTuple):
    """An event of the log, as far as it shows which object has changed."""

    position: int
    type: str
    subject: str | None
    item: str | None  # the `id` in the payload
    created_at: datetime


def page(after: int, upto: int, limit: int) -> list[Change]:
    """Return up to `limit` events with `after < position <= upto`, in order."""
    log = EventLog
    columns: Any = (log.position, log.type, log.subject, log.payload["id"].astext, log.created_at)
    query = select(*columns).where(
        log.position > after, log.position <= upto, log.day >= log_store.day_of(after + 1)
    )
    return [Change(*row) for row in db.fetch_all(query.order_by(log.position).limit(limit))]
