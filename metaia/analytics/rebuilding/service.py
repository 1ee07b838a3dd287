"""A rebuild: all facts from the tables of the domains, in chunks, while the consumer goes on with the live tables.

At the end one transaction takes in what has changed since the beginning, makes the rollups, and swaps the tables. A
rebuild that is killed leaves tables that the next one drops.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import text, update

from metaia.analytics import periods
from metaia.analytics.following import facts, rollups
from metaia.analytics.following import queries as following_queries
from metaia.analytics.following import service as following
from metaia.analytics.following.queries import NAME, PAGE
from metaia.analytics.following.service import Touched
from metaia.analytics.models import AnalyticsCursorRow
from metaia.analytics.rebuilding import queries, tables
from metaia.analytics.rebuilding.tables import NEXT
from metaia.core import db, fault_injection
from metaia.core.db import AnyRow
from metaia.core.ids import new_id
from metaia.core.times import now, rfc3339
from metaia.realtime.log import changes
from metaia.realtime.log import store as log_store
from metaia.realtime.log.store import Head

CHUNK = 5_000  # objects of one transaction
SILENT = timedelta(minutes=2)  # after which a rebuild without progress counts as dead
Progress = Callable[[int, int], None]  # objects that are done, and about how many there are


class Superseded(Exception):
    """Another rebuild has begun: its tables have the names of this one's."""


def is_running(cursor: AnyRow | None) -> bool:
    """Return whether a rebuild goes on, by its last sign of life."""
    if cursor is None or not cursor.rebuilding:
        return False
    return now() - datetime.fromisoformat(cursor.rebuilding["at"]) < SILENT


@dataclass
class _Run:
    """A rebuild: from where on the log and the ledger are to be read at its end, and how many objects are done."""

    token: str
    head: Head
    since: datetime
    of: int
    done: int = 0


def rebuild(progress: Progress = lambda _done, _of: None) -> int:
    """Make all tables again; return the number of objects. Raises Superseded."""
    run = _begin()
    for kind in facts.TABLES:
        for count in _chunks(kind, run):
            run.done += count
            progress(run.done, max(run.of, run.done))
    position = run.head.position
    while log_store.head().position - position > PAGE:
        with db.transaction():
            _check(run)
            position = _catch_up(position, log_store.head().position)
    _finish(run, position)
    progress(run.done, run.done)
    return run.done


def _begin() -> _Run:
    """Create the tables."""
    with db.transaction():
        following_queries.cursor(lock=True)
        since, head, of = following_queries.horizon(), log_store.head(), queries.about()
        run = _Run(new_id(), head, since, of)
        _note(run)
        tables.create()
    return run


def _chunks(kind: str, run: _Run) -> Iterator[int]:
    """Make the facts of all objects of a kind; yield the size of each chunk after its commit."""
    after = queries.FIRST
    while True:
        with db.transaction():
            _check(run)
            ids = queries.page(kind, after, CHUNK)
            if ids:
                _make(kind, ids)
        fault_injection.point("analytics_chunk")
        if not ids:
            return
        after = ids[-1]
        yield len(ids)


def _make(kind: str, ids: list[str]) -> None:
    if kind == "posting":
        statement = facts.MONEY.format(next=NEXT, which=facts.WITH_IDS)
        db.execute(text(statement), {"ids": ids})
    else:
        following.apply({kind: ids}, Touched(), NEXT)


def _catch_up(position: int, upto: int) -> int:
    """Take in a page of the log; return its last position."""
    page = changes.page(position, upto, PAGE)
    following.apply(following.dirty(page), Touched(), NEXT)
    return page[-1].position if page else upto


def _finish(run: _Run, position: int) -> None:
    with db.transaction():
        _check(run)
        last = log_store.head()
        if last.epoch != run.head.epoch:
            raise Superseded
        while position < last.position:
            position = _catch_up(position, last.position)
        until = following.book(run.since, Touched(), NEXT)
        for statement in rollups.EVERY.values():
            db.execute(text(statement.format(next=NEXT)))
        db.execute(text(rollups.COHORTS.format(next=NEXT, which="")))
        _count_days()
        tables.swap()
        fault_injection.point("analytics_swap")
        values: dict[str, Any] = {
            "epoch": last.epoch, "position": position, "at": now(), "moved_at": now(), "booked_until": until,
            "zone": following.zone().key, "rebuilt_at": now(), "rebuilding": None,
        }  # fmt: skip
        db.execute(update(AnalyticsCursorRow).where(AnalyticsCursorRow.name == NAME).values(**values))


def _count_days() -> None:
    first = queries.first_action()
    if first is None:
        return
    zone = following.zone()
    begin, end = first.astimezone(zone).date(), now().astimezone(zone).date() + timedelta(days=1)
    days: list[date] = [begin + timedelta(days=number) for number in range((end - begin).days + 1)]
    begins = [periods.of_day(day, zone)[0] for day in days]
    db.execute(text(rollups.ALL_ACTIVITY.format(next=NEXT)), {"days": days, "begins": begins})


def _check(run: _Run) -> None:
    """Row-lock the cursor and note the progress. Raises Superseded if another rebuild has begun."""
    cursor = following_queries.cursor(lock=True)
    if cursor is None or (cursor.rebuilding or {}).get("token") != run.token:
        raise Superseded
    _note(run)


def _note(run: _Run) -> None:
    state = {"token": run.token, "done": run.done, "of": max(run.of, run.done), "at": rfc3339(now())}
    row = AnalyticsCursorRow
    db.execute(update(row).where(row.name == NAME).values(rebuilding=state))
