"""The job that issues statements. It finds its work in the tables, so a lost job loses nothing."""

from __future__ import annotations

from metaia.finance.statements import service
from metaia.jobs.registry import job


@job(every=600, timeout=3600)
def issue() -> int:
    """Issue the statements of months that have ended at least an hour ago; return how many."""
    return sum(service.issue_month(period) for period in service.months_to_issue())
