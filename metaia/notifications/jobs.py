"""RQ jobs of notifications. Each finds its work in the tables, so a lost job loses nothing."""

from __future__ import annotations

import time
from functools import partial
from typing import cast

from flask import current_app

from metaia.core import db
from metaia.core.text import emails
from metaia.jobs import loop
from metaia.jobs import registry as job_registry
from metaia.jobs.registry import job
from metaia.notifications import retention
from metaia.notifications.delivery import claims, expo_receipts, planning, queries, relevance, sending
from metaia.notifications.registry import EMAIL, PUSH
from metaia.providers.messaging.expo import Expo
from metaia.providers.messaging.registry import provider_failover
from metaia.providers.messaging.sendgrid import SendGrid

BACKLOG_SECONDS = 0.01  # for which a backlog is reused
BACKLOG = "metaia.notification_backlog"
PRUNE = "metaia.notifications.jobs.prune"


def _due(queue: str) -> int:
    """Return how many jobs `queue` needs now. One query serves all queues: the dispatcher asks for them in a row."""
    until, backlog = cast("tuple[float, dict[str, int]]", current_app.extensions.get(BACKLOG, (0.0, {})))
    if until < time.monotonic():
        backlog = queries.backlog(loop.MOST_JOBS * loop.PER_JOB)
        current_app.extensions[BACKLOG] = (time.monotonic() + BACKLOG_SECONDS, backlog)
    return loop.jobs_needed(backlog.get(queue, 0))


@job(queue="critical", timeout=300, due=partial(_due, "critical"))
def critical() -> int:
    """Send codes and other urgent notifications; return how many deliveries were claimed."""
    return _work("critical")


@job(queue="default", timeout=300, due=partial(_due, "default"))
def default() -> int:
    """Send all notifications but urgent ones and campaigns; return how many deliveries were claimed."""
    return _work("default")


@job(queue="bulk", timeout=300, due=partial(_due, "bulk"))
def bulk() -> int:
    """Send campaigns; return how many deliveries were claimed."""
    return _work("bulk")


@job(queue="critical", every=30)
def reclaim() -> int:
    """Take back the deliveries that dead workers had claimed; return how many."""
    return claims.reclaim()


@job(every=2)
def mark_acted() -> int:
    """Mark notifications as read that their users have acted on; return how many events it read."""
    return relevance.mark_acted()


@job(every=300)
def receipts_of_expo() -> int:
    """Fetch the receipts of messages that Expo accepted at least 15 minutes ago; return how many came."""
    providers = provider_failover(current_app).for_channel(PUSH)
    return sum(expo_receipts.fetch(expo) for expo in providers if isinstance(expo, Expo))


@job(retry=(10, 60, 600, 3600, 21600))
def clear_at_providers(address: str) -> None:
    """Remove an e-mail address from the suppression lists of the providers, because ours decides."""
    for provider in provider_failover(current_app).for_channel(EMAIL):
        if isinstance(provider, SendGrid):
            provider.clear(emails.for_transport(address))


@job(queue="bulk", every=86400)
def prune() -> int:
    """Purge old notifications; return how many. A long run ends early and enqueues the next one."""
    days = current_app.config["NOTIFICATION_DAYS"]
    with db.transaction():
        retention.purge_suppressions(days)
    deleted, more = retention.purge(days, seconds=loop.SECONDS)
    if more:
        with db.transaction():
            job_registry.enqueue(PRUNE)
    return deleted


def _work(queue: str) -> int:
    """Plan and send until nothing is left or loop.SECONDS have passed; return how many deliveries were claimed."""
    claimed, until = 0, time.monotonic() + loop.SECONDS
    while time.monotonic() < until:
        planned, sent = planning.plan(queue), sending.send_due(queue, provider_failover(current_app))
        claimed += sent
        if not planned and not sent:
            break
    return claimed
