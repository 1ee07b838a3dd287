"""Bookings keep the time of the clock that was agreed when the rules of their zone change."""

from __future__ import annotations

from datetime import datetime

import structlog

from metaia.bookings.moves import service as moves
from metaia.bookings.rezoning import policy, queries
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
        failed = {each: at for each, at in waiting.items() if not moves.rezone(each, at)}
        moved += len(waiting) - len(failed)
        if len(failed) == len(waiting):
            log.error("bookings cannot keep the time of the clock: it is taken", bookings=[*failed][:20])
            break
        waiting = failed
    return moved


def _outdated() -> dict[str, datetime]:
    """Return by id when the bookings begin for which clocks would show another time than was agreed."""
    found: dict[str, datetime] = {}
    after = (now(), queries.NIL)
    while rows := queries.coming(after, BATCH):
        for row in rows:
            if at := policy.agreed(row.starts_at, row.local_start, row.time_zone):
                found[row.id] = at
        after = (rows[-1].starts_at, rows[-1].id)
    return found
