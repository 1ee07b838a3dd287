"""Jobs of settlements: what was paid and is not owed goes back."""

from __future__ import annotations

from datetime import timedelta

import structlog

from metaia.core.times import now
from metaia.finance.settlements import queries, service
from metaia.jobs.registry import job

BATCH = 200
RECENT = timedelta(days=30)  # payments that have changed since then
log = structlog.get_logger("metaia.finance")


@job(retry=(5, 30, 300))
def give_back(settlement_id: str) -> int:
    """Refund what was paid for a settlement beyond what was owed; return the number of refunds."""
    return service.give_back(settlement_id)


@job(every=3600)
def give_back_all() -> int:
    """Refund what settled settlements still hold; return the number of refunds. Each is a finding: a job was lost."""
    made = 0
    for settlement_id in queries.overpaid(now() - RECENT, BATCH):
        refunds = service.give_back(settlement_id)
        if refunds:
            log.error("a settlement still held money", settlement=settlement_id, refunds=refunds)
        made += refunds
    return made
