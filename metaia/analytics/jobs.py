"""Jobs of analytics. They find their work in the log and the tables, so a lost job loses nothing."""

from __future__ import annotations

from metaia.analytics import policy
from metaia.analytics.checking import service as checking
from metaia.analytics.following import queries as following_queries
from metaia.analytics.following import service as following
from metaia.analytics.following.queries import PAGE
from metaia.analytics.rebuilding import service as rebuilding
from metaia.core.times import rfc3339
from metaia.jobs import loop
from metaia.jobs.registry import job
from metaia.realtime import events
from metaia.realtime.log import store as log_store

QUEUE = "bulk"
TICK_SECONDS = 5  # between two notifications of clients


def _due() -> int:
    return int(following_queries.is_behind())


@job(queue=QUEUE, timeout=3600, due=_due)
def follow() -> int:
    """Take the log into the tables, page by page, while pages are full; rebuild them if the log does not reach back."""
    return rebuilding.rebuild() if _stale() else loop.work_off(_page)


@job(queue=QUEUE, every=30, timeout=120)
def sweep() -> int:
    """Take in what was booked without an event; return 1 if a full page of the log was taken, too."""
    return _page()


@job(queue=QUEUE, every=86_400, timeout=1800)
def verify() -> int:
    """Compare yesterday and one more day with what they are made from; return the number of findings.

    Before the end of the first rebuild, and during another one, rows may be missing.
    """
    cursor = following_queries.cursor()
    if cursor is None or cursor.rebuilt_at is None or rebuilding.is_running(cursor) or _stale():
        return 0
    return len(checking.verify(checking.days()))


def _stale() -> bool:
    cursor = following_queries.cursor()
    kept = log_store.first_kept(log_store.days())
    return following.is_stale(cursor, log_store.head(), kept) and not rebuilding.is_running(cursor)


def _page() -> int:
    """Take one page; return whether it was full: a rest of the log waits for the next job, so that pages are large."""
    touched = following.follow()
    if touched is None:
        return 0
    if touched.sets and following.may_tick(TICK_SECONDS):
        cursor = following_queries.cursor()
        if cursor is not None:
            tick = {"position": cursor.position, "at": rfc3339(cursor.at), "changed": touched.sets}
            events.emit_ephemeral(policy.TICK, tick, audience=policy.TICK_ROOMS)
    return int(touched.events == PAGE)
