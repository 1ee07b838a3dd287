"""The job of counters."""

from __future__ import annotations

import structlog

from metaia.jobs.registry import job
from metaia.shops.counters import service

DAY = 86_400


@job(every=DAY, timeout=1800)
def check() -> int:
    """Check all counters, and log each that is wrong; return their number."""
    findings = service.check()
    for each in findings:
        structlog.get_logger(__name__).error("wrong counter", **each.as_dict())
    return len(findings)
