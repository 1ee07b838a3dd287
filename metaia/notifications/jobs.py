"""RQ entry points of notifications: one per queue, each looks in the tables for what there is to do."""

from __future__ import annotations

import time
from functools import partial

from flask import current_app

from metaia.core import db
from metaia.jobs.registry import enqueue, job
from metaia.notifications import retention
from metaia.notifications.delivery import claims, expo_receipts, planning, sending
from metaia.notifications.delivery import queries as delivery_queries
from metaia.notifications.registry import PUSH
from metaia.providers.messaging.expo import Expo
from metaia.providers.messaging.registry import choice

SECONDS = 20.0  # for which a job goes on; its worker looks for other jobs then
PER_JOB = 100  # so many waiting justify another job
MOST_JOBS = 4  # of one queue at a time
_waiting: tuple[float, dict[str, int]] = (0.0, {})


def _due(queue: str) -> int:
    """Return how many jobs there should be for `queue`; the tables are asked once for all queues."""
    global _waiting
    if _waiting[0] < time.monotonic():
        _waiting = (time.monotonic() + 0.01, delivery_queries.waiting(MOST_JOBS * PER_JOB))
    return min(MOST_JOBS, -(-_waiting[1].get(queue, 0) // PER_JOB))


@job(queue="critical", timeout=300, due=partial(_due, "critical"))
def critical() -> int:
    """Send codes and what cannot wait."""
    return _work("critical")


@job(queue="default", timeout=300, due=partial(_due, "default"))
def default() -> int:
    """Send what people wait for."""
    return _work("default")


@job(queue="bulk", timeout=300, due=partial(_due, "bulk"))
def bulk() -> int:
    """Send campaigns."""
    return _work("bulk")


@job(queue="critical", every=30)
def reclaim() -> int:
    """Look after deliveries that a dead worker had claimed."""
    return claims.reclaim()


@job(every=300)
def receipts_of_expo() -> int:
    """Ask Expo what became of what it took a quarter of an hour ago, or longer."""
    return sum(expo_receipts.ask(expo) for expo in choice(current_app).of(PUSH) if isinstance(expo, Expo))


@job(queue="bulk", every=86400)
def prune() -> int:
    """Forget old notifications; if that takes long, let others have their turn and go on behind them."""
    gone, more = retention.prune(current_app.config["NOTIFICATION_DAYS"], seconds=SECONDS)
    if more:
        with db.transaction():
            enqueue(f"{__name__}.prune")
    return gone


def _work(queue: str) -> int:
    """Plan and send until there is nothing left, or others have waited long enough; return how many were sent."""
    done, until = 0, time.monotonic() + SECONDS
    while time.monotonic() < until:
        planned, sent = planning.plan(queue), sending.send_due(queue, choice(current_app))
        done += sent
        if not planned and not sent:
            break
    return done
