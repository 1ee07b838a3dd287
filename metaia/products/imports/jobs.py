"""The jobs of imports. They find their work in the table."""

from __future__ import annotations

from metaia.jobs import loop
from metaia.jobs.registry import job
from metaia.products.imports import service


def _due() -> int:
    return loop.jobs_needed(service.QUEUE.due(), per_job=1, most=2)


@job(queue="bulk", timeout=600, due=_due)
def import_csv() -> int:
    """Run the due imports; return how many."""
    return loop.work_off(service.work_off)


@job(queue="bulk", every=3600, timeout=300)
def tidy() -> int:
    """Fail the imports that were abandoned, and delete old ones; return how many."""
    return service.tidy()
