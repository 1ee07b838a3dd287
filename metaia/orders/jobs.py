"""What happens to orders by the clock."""

from __future__ import annotations

from metaia.core.times import now
from metaia.jobs.registry import job
from metaia.orders import privacy, queries, service

BATCH = 200


@job(every=5)
def cancel_overdue() -> int:
    """Cancel the orders that nobody accepted in time; return how many."""
    return sum(service.expire(order_id) for order_id in queries.overdue(now(), BATCH))


@job(every=3600)
def forget_customers() -> int:
    """Take deleted customers out of the orders that nobody waits for any more; return how many there were."""
    return privacy.forget()
