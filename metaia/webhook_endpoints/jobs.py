"""Jobs of outgoing webhooks, on a queue of their own: a slow receiver delays no message."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from flask import current_app
from sqlalchemy import delete

from metaia.core import db, retention
from metaia.core.times import now
from metaia.jobs import loop
from metaia.jobs.registry import job
from metaia.webhook_endpoints.fanout import queries as cursors
from metaia.webhook_endpoints.messages import queries as message_queries
from metaia.webhook_endpoints.models import MessageRow
from metaia.webhook_endpoints.sending import queries as sending_queries
from metaia.webhook_endpoints.sending import service as sending

QUEUE = "hooks"
SECONDS = 20.0  # after which a job lets others begin; its calls go on
PER_JOB = 200  # due messages that justify another job
MORE_DAYS = 7  # for which messages are kept after the log has lost their events


def _due() -> int:
    """Return how many jobs there should be: one if the log is ahead, more for many messages."""
    return max(loop.jobs_needed(sending_queries.due(now()), per_job=PER_JOB), int(cursors.is_behind()))


@job(queue=QUEUE, due=_due, timeout=120)
def forward() -> int:
    """Turn the log into messages, and send those that are due; return how much was done."""
    return sending.sender().run(seconds=SECONDS)


@job(queue=QUEUE)
def verify(endpoint_id: str) -> None:
    """Send the challenge to a new address. Its owner can ask for another one."""
    sending.verify(endpoint_id)


@job(every=3600)
def tidy() -> int:
    """Delete old messages with their attempts; return how many."""
    kept = timedelta(days=current_app.config["LOG_DAYS"] + MORE_DAYS)
    return retention.purge(partial(_delete, before=now() - kept))[0]


def _delete(limit: int, *, before: datetime) -> int:
    old = message_queries.old(before).limit(limit)
    return db.execute(delete(MessageRow).where(MessageRow.id.in_(old))).rowcount
