"""Claiming messages: in the order of each subject, few calls for one host at a time, not too many for one owner.

One transaction claims at a time, so the numbers are exact for all workers together. A claim is a lease: the message of
a worker that was killed is sent again, with the same id.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from redis.exceptions import RedisError
from sqlalchemy import bindparam, update

from metaia.core import db
from metaia.core.db import AnyRow
from metaia.core.db.expressions import among
from metaia.core.times import now
from metaia.webhook_endpoints.models import MessageRow
from metaia.webhook_endpoints.sending import queries

LEASE = timedelta(seconds=60)  # longer than a call
CALLS_PER_HOST = 4  # at a time
CALLS_PER_SECOND = 50  # of one owner
BLOCKED_AGAIN = timedelta(seconds=1)  # before a message behind another one is looked at again


def claim(redis: Any, limit: int) -> Sequence[AnyRow]:
    """Claim up to `limit` due messages, and return them with their endpoints. Empty while another worker claims."""
    with db.transaction():
        if limit <= 0 or not queries.may_claim():
            return []
        moment = now()
        found = queries.candidates(moment)
        free = [row for row in found if row.blocked_until is None]
        busy = queries.calls_by_host(moment) if free else {}
        # What another transaction has row-locked is left to the next claim: a claim never waits.
        mine = queries.lock([str(row.id) for row in found])
        _put_off([row for row in found if row.blocked_until is not None and str(row.id) in mine], moment)
        free = [row for row in free if str(row.id) in mine]
        chosen = list(_chosen(free, busy, _Pace(redis), limit))
        if chosen:
            leased = {"leased_until": moment + LEASE, "tries": MessageRow.tries + 1}
            db.execute(update(MessageRow).where(among(MessageRow.id, chosen)).values(**leased))
        return queries.to_send(chosen) if chosen else []


def _chosen(rows: Sequence[AnyRow], calls: Any, pace: _Pace, limit: int) -> Iterator[str]:
    busy, number = Counter(calls), 0
    for row in rows:
        if number == limit:
            return
        if busy[row.host] < CALLS_PER_HOST and pace.allows(row.owner_id):
            busy[row.host] += 1
            number += 1
            yield str(row.id)


def _put_off(rows: Sequence[AnyRow], moment: datetime) -> None:
    """Look at messages behind others again when these may be done.

    A message that is done frees the next one at once (`results.py`), so a row that has changed since stays as it is.
    """
    if rows:
        row: Any = MessageRow.__table__
        same = (row.c.id == bindparam("row_id"), row.c.due_at == bindparam("was"))
        later = [
            {
                "row_id": str(each.id),
                "was": each.due_at,
                "later": max(each.blocked_until, moment + BLOCKED_AGAIN),
            }
            for each in rows
        ]
        db.execute(update(row).where(*same).values(due_at=bindparam("later")), later)


class _Pace:
    """The calls of each owner in this second, of all workers."""

    def __init__(self, redis: Any) -> None:
        self._redis, self._second = redis, int(time.time())

    def allows(self, owner_id: str) -> bool:
        """Count one more call of an owner; return False if there are too many."""
        key = f"metaia:webhook_calls:{owner_id}:{self._second}"
        try:
            with self._redis.pipeline() as pipeline:
                counted, _ = pipeline.incr(key).expire(key, 5).execute()
        except RedisError:
            return True
        return int(counted) <= CALLS_PER_SECOND
