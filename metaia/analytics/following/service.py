"""The consumer of the log: one transaction per page.

The log only states which objects have changed. The consumer makes their facts again from the tables of the domains, and
the rollups of the quarter hours in which the facts were and are. Repeated or lost work cannot change the result.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy import text, update

from metaia.analytics import periods
from metaia.analytics.following import facts, queries, rollups
from metaia.analytics.following.queries import NAME, PAGE
from metaia.analytics.models import AnalyticsCursorRow
from metaia.core import db, fault_injection
from metaia.core.db import AnyRow
from metaia.core.times import now
from metaia.realtime.log import changes
from metaia.realtime.log import store as log_store
from metaia.realtime.log.changes import Change

# By the prefix of a subject: the kind of the object that an event is about. Messages are named by their own id.
_KINDS = ("order", "offer", "booking", "review", "payment")
_MESSAGE = "chat.message"


@dataclass
class Touched:
    """What a page of so many events has changed, so that rollups can follow."""

    events: int = 0
    orders: set[datetime] = field(default_factory=set)  # quarter hours
    money: set[datetime] = field(default_factory=set)
    customers: set[str] = field(default_factory=set)
    active: set[tuple[str, date]] = field(default_factory=set)

    @property
    def sets(self) -> list[str]:
        """Return the names of the sets of figures that have changed."""
        found = {"orders", "partners", "couriers", "retention"} if self.orders else set()
        found |= {"revenue"} if self.money else set()
        return sorted(found | ({"engagement", "users"} if self.active else set()))


def zone() -> ZoneInfo:
    """Return the zone of the days of activity."""
    return ZoneInfo(current_app.config["ANALYTICS_TIMEZONE"] or current_app.config["FINANCE_TIMEZONE"])


def is_stale(cursor: AnyRow | None, head: log_store.Head, first_kept: int) -> bool:
    """Return whether the tables can be made right only by a rebuild: the log does not reach back to the cursor."""
    if cursor is None or cursor.epoch != head.epoch or cursor.zone != zone().key:
        return True
    return not first_kept - 1 <= cursor.position <= head.position


def follow() -> Touched | None:
    """Take the next page of the log into the tables; return what has changed, None if there is nothing to do."""
    with db.transaction():
        cursor, head = queries.cursor(lock=True), log_store.head()
        if cursor is None or is_stale(cursor, head, log_store.first_kept(log_store.days())):
            return None
        page = changes.page(cursor.position, head.position, PAGE)
        touched = Touched(len(page))
        apply(dirty(page), touched)
        until = book(cursor.booked_until, touched)
        fault_injection.point("analytics_facts")
        roll_up(touched)
        fault_injection.point("analytics_rollups")
        position, at = (page[-1].position, page[-1].created_at) if page else (cursor.position, now())
        _move(position, max(at, cursor.at), until)
    return touched if page or touched.sets else None


def dirty(page: Iterable[Change]) -> dict[str, list[str]]:
    """Return the ids of the objects that events are about, by kind."""
    found: dict[str, set[str]] = defaultdict(set)
    for event in page:
        if event.type == _MESSAGE and event.item:
            found["message"].add(event.item)
            continue
        kind, _, object_id = (event.subject or "").partition("-")
        if kind in _KINDS and len(object_id) == 36:
            found[kind].add(object_id)
    return {kind: sorted(ids) for kind, ids in found.items()}


def apply(changed: Mapping[str, list[str]], touched: Touched, suffix: str = "") -> None:
    """Make the facts of these objects again, and collect the old and new quarter hours, customers and days."""
    orders = changed.get("order", [])
    if orders:
        before = queries.axes(orders, suffix)
        db.execute(text(facts.ORDERS.format(next=suffix)), {"ids": orders})
        db.execute(text(facts.ORDERS_DELETED.format(next=suffix)), {"ids": orders})
        for row in (*before, *queries.axes(orders, suffix)):
            touched.orders |= {
                periods.quarter(at) for at in (row.placed_at, row.accepted_at, row.ended_at) if at
            }
            touched.customers |= {row.customer_id} if row.customer_id else set()
    place = zone()
    for kind, ids in changed.items():
        statement = text(facts.ACTIONS[kind].format(next=suffix))
        for user_id, at in db.execute(statement, {"ids": ids}).all():
            touched.active.add((str(user_id), at.astimezone(place).date()))


def book(since: datetime, touched: Touched, suffix: str = "") -> datetime:
    """Take postings that were booked since then; return until when all are taken.

    Postings have no event. The horizon is read before them: a transaction that goes on may still book after it.
    """
    until = max(since, queries.horizon())
    statement = text(facts.MONEY.format(next=suffix, which=facts.BOOKED_SINCE.format(next=suffix)))
    touched.money |= {periods.quarter(at) for (at,) in db.execute(statement, {"since": since}).all()}
    return until


def roll_up(touched: Touched) -> None:
    """Make the rollups of what has changed again."""
    for table, buckets in (("rollup_orders", touched.orders), ("rollup_money", touched.money)):
        if buckets:
            given = {"buckets": sorted(buckets)}
            db.execute(text(rollups.CLEAR[table]), given)
            db.execute(text(rollups.SOME[table].format(next="")), given)
    if touched.customers:
        users = {"users": sorted(touched.customers)}
        db.execute(text(rollups.CLEAR_COHORTS), users)
        db.execute(text(rollups.COHORTS.format(next="", which=rollups.OF_CUSTOMERS)), users)
    if touched.active:
        _count_days(sorted(touched.active))


def _count_days(active: list[tuple[str, date]]) -> None:
    place = zone()
    bounds = {day: periods.of_day(day, place) for _, day in active}
    db.execute(
        text(rollups.ACTIVITY),
        {
            "users": [user for user, _ in active],
            "days": [day for _, day in active],
            "begins": [bounds[day][0] for _, day in active],
            "ends": [bounds[day][1] for _, day in active],
        },
    )


def _move(position: int, at: datetime, until: datetime) -> None:
    row = AnalyticsCursorRow
    values = {"position": position, "at": at, "moved_at": now(), "booked_until": until}
    db.execute(update(row).where(row.name == NAME).values(**values))


def may_tick(seconds: int) -> bool:
    """Return whether clients may be notified now, at most once in so many seconds, and remember that they are."""
    row, moment = AnalyticsCursorRow, now().astimezone(UTC)
    due = (row.ticked_at.is_(None)) | (row.ticked_at < moment - timedelta(seconds=seconds))
    with db.transaction():
        return bool(db.execute(update(row).where(row.name == NAME, due).values(ticked_at=moment)).rowcount)
