"""Bookings keep the time of the clock that was agreed when the rules of their zone change."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import structlog

from metaia.bookings import locks
from metaia.bookings import queries as booking_queries
from metaia.bookings.calendars import queries as calendar_queries
from metaia.bookings.ending import service as ending
from metaia.bookings.limits import service as limits
from metaia.bookings.moves import service as moves
from metaia.bookings.placing import service as placing
from metaia.bookings.queries import Booking
from metaia.bookings.rezoning import policy, queries
from metaia.bookings.state import OPEN
from metaia.bookings.timeline import service as timeline
from metaia.core import db
from metaia.core.errors import Conflict, Invalid
from metaia.core.times import now

BATCH = 500
log = structlog.get_logger(__name__)


def rezone() -> int:
    """Move the bookings to come of zones that have other rules now; return how many.

    A booking can move to a time that another one leaves, so those that fail are tried again as long as any succeeds.
    The rest keeps its moment, and the log names it.
    """
    waiting, moved = _outdated(), 0
    while waiting:
        counts = {key: move(ids, key[1]) for key, ids in waiting.items()}
        moved += sum(filter(None, counts.values()))
        failed = {key: ids for key, ids in waiting.items() if counts[key] is None}
        if len(failed) == len(waiting):
            stuck = [each for ids in failed.values() for each in ids]
            log.error("bookings cannot keep the time of the clock: it is taken", bookings=stuck[:20])
            break
        waiting = failed
    return moved


def move(booking_ids: Collection[str], starts_at: datetime) -> int | None:
    """Move the bookings of one block to the moment at which clocks show their agreed time; return how many.

    They move in one transaction: while one of them keeps the block, the others cannot take a time that overlaps it.
    Nothing is moved that was moved or has ended since `starts_at` was computed. Return None if the time is taken.
    """
    try:
        for each in booking_ids:
            ending.sweep(each)  # or placing another one ends it, when its time is free already
        with db.transaction(), db.savepoint():
            current = locks.bookings(booking_queries.by_ids(booking_ids).values())
            due = [each for each in current if _is_due(each, starts_at)]
            for before in due:
                ending.free_proposal(before)
                ending.free_own(before)
            for before in due:
                _place(before, starts_at)
            return len(due)
    except (Conflict, Invalid):
        return None


def _is_due(booking: Booking, starts_at: datetime) -> bool:
    agreed = policy.agreed(booking.starts_at, booking.local_start, booking.time_zone)
    return booking.status in OPEN and agreed == starts_at


def _place(before: Booking, starts_at: datetime) -> None:
    """Let a booking, of which the former time is free, take its new one. Raises as `placing.place` does."""
    [calendar] = calendar_queries.by_ids([before.calendar_id])
    service = placing.service_of(before)
    _, block_id = placing.place(service, [calendar], starts_at, before.seats, freely=True)
    limits.require_no_seat(before.customer_id, block_id)
    ends_at = starts_at + (before.ends_at - before.starts_at)
    placed = {"block_id": block_id, "starts_at": starts_at, "ends_at": ends_at}
    timeline.change(before, "rezone", moves.moved(before, placed, None))


def _outdated() -> dict[tuple[str, datetime], list[str]]:
    """Return the ids of bookings for which clocks would show another time than was agreed.

    The key is their block, and when they begin if clocks show the agreed time.
    """
    found: dict[tuple[str, datetime], list[str]] = {}
    after = (now(), queries.NIL)
    while rows := queries.coming(after, BATCH):
        for row in rows:
            if at := policy.agreed(row.starts_at, row.local_start, row.time_zone):
                found.setdefault((row.block_id, at), []).append(row.id)
        after = (rows[-1].starts_at, rows[-1].id)
    return found
