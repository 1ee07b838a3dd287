"""The job that sends approved payouts. It finds its work in the table, so a lost job loses nothing."""

from __future__ import annotations

from metaia.finance.payouts import queries, service
from metaia.jobs import loop
from metaia.jobs.registry import job

BATCH = 100


@job(every=60)
def send() -> int:
    """Book approved payouts as sent, each in its own transaction; return how many."""
    return loop.work_off(lambda: sum(service.send(payout_id) for payout_id in queries.approved(BATCH)))
