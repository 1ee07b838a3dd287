"""Jobs about the money of orders."""

from __future__ import annotations

import structlog

from metaia.jobs.registry import job
from metaia.orders.money import queries, service

log = structlog.get_logger("metaia.orders")
BATCH = 200


@job(retry=(5, 30, 300))
def give_back(order_id: str) -> int:
    """Refund money that has arrived for an order that has ended; return the number of refunds."""
    return service.give_back(order_id)


@job(every=60)
def give_back_all() -> int:
    """Refund what ended orders still hold; return the number of refunds. Each is a finding: something was missed."""
    made = 0
    for order_id in queries.unsettled(BATCH):
        refunds = service.give_back(order_id)
        if refunds:
            log.error("an ended order still held money", order=order_id, refunds=refunds)
        made += refunds
    return made
