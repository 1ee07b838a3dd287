"""Pages of the thread of a deal: its entries in the order of the log, which are kept longer than the log."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select

from metaia.core import db
from metaia.realtime.log.models import EventThread


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a thread, see `models.EventThread`."""

    position: int
    event_id: str
    type: str
    ref: str
    actor: str | None
    at: datetime

    @property
    def kind(self) -> str:
        """Return the first part of the ref."""
        return self.ref.partition(":")[0]


@dataclass(frozen=True, slots=True)
class Page:
    """Entries in the order of the log, and whether there may be others before and after them."""

    entries: list[Entry]
    has_before: bool
    has_after: bool


_columns = [getattr(EventThread, field.name) for field in fields(Entry)]
_kind = func.split_part(EventThread.ref, ":", 1)


def page(
    thread: str,
    kinds: Collection[str] | None = None,
    *,
    before: int | None = None,
    after: int | None = None,
    limit: int,
) -> Page:
    """Return up to `limit` entries: the first after a position, or the last, before one if given; all kinds by default.

    Without `kinds` the index gives the entries in their order. With them PostgreSQL reads all entries of the thread.
    """
    row = EventThread
    query = select(*_columns).where(row.thread == thread)
    if kinds is not None:
        query = query.where(_kind.in_(sorted(kinds)))
    if after is not None:
        found = _fetch(query.where(row.position > after).order_by(row.position), limit)
        return Page(found[:limit], has_before=True, has_after=len(found) > limit)
    if before is not None:
        query = query.where(row.position < before)
    found = _fetch(query.order_by(row.position.desc()), limit)
    return Page(found[:limit][::-1], has_before=len(found) > limit, has_after=before is not None)


def _fetch(query: Select[Any], limit: int) -> list[Entry]:
    """Return one entry more than asked, if there is one."""
    return [Entry(*row) for row in db.fetch_all(query.limit(limit + 1))]
