"""Verification: a day is made again from scratch and compared row by row with the derived tables, and the ledger."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from datetime import date, timedelta

import structlog
from sqlalchemy import update

from metaia.analytics import periods
from metaia.analytics.checking import queries
from metaia.analytics.checking.queries import Finding
from metaia.analytics.following import service as following
from metaia.analytics.following.queries import NAME
from metaia.analytics.models import AnalyticsCursorRow
from metaia.core import db
from metaia.core.times import now, rfc3339

MOST_STORED = 20  # findings in the cursor's row
log = structlog.get_logger("metaia.analytics")


def days(count: int = 2) -> list[date]:
    """Return yesterday, and other days between the first order and today by chance."""
    zone, today = following.zone(), now().astimezone(following.zone()).date()
    begun = queries.first_order()
    first = begun.astimezone(zone).date() if begun else today
    span = max((today - first).days, 1)
    others = (first + timedelta(days=random.randrange(span)) for _ in range(count - 1))  # noqa: S311
    chosen = {today - timedelta(days=1), *others}
    return sorted(chosen)


def verify(wanted: Iterable[date], progress: Callable[[date], None] = lambda _day: None) -> list[Finding]:
    """Return what is wrong about these days, and store it. What the next page of the log repairs is not wrong."""
    found: list[Finding] = []
    for day in wanted:
        progress(day)
        found += _confirmed(day)
    shown = [" ".join(each[:2]) for each in found[:MOST_STORED]]
    row = AnalyticsCursorRow
    with db.transaction():
        verified = {"at": rfc3339(now()), "findings": shown, "count": len(found)}
        db.execute(update(row).where(row.name == NAME).values(verified=verified))
    for rule, subject, expected, value in found[:MOST_STORED]:
        log.error("analytics differ", rule=rule, subject=subject, expected=expected, found=value)
    return found


def _confirmed(day: date) -> list[Finding]:
    """Return findings that are still there after the log was followed: orders change while the day is compared."""
    found = _compare(day)
    for _ in range(2):
        if not found:
            return []
        while following.follow():
            pass
        again = {each[:2] for each in _compare(day)}
        found = [each for each in found if each[:2] in again]
    return found


def _compare(day: date) -> list[Finding]:
    start, end = periods.of_day(day, following.zone())
    with db.transaction():
        return queries.of_day(start, end)
