"""Actions of staff on RQ's jobs. Each is committed to the audit log before it is executed.

An action that then fails leaves an entry too many, which is better than an action without an entry. A job may be
retried at any time, because jobs are idempotent (docs/architecture.md).
"""

from __future__ import annotations

from typing import Any

from rq.exceptions import InvalidJobOperation, NoSuchJobError
from rq.job import Job

from metaia.console.queues import queries
from metaia.core import db
from metaia.core.audit import log as audit_log
from metaia.core.errors import Conflict, NotFound


def requeue(job_id: str) -> int:
    """Retry a failed job; return 1. Raises NotFound, and Conflict for a job that has not failed."""
    job = queries.fetch(job_id)
    if not job.is_failed:
        raise Conflict("Only a failed job can be retried.")
    _audit("queue.requeue", job.id, {"job": queries.name_of(job), "queue": job.origin})
    try:
        job.requeue()
    except InvalidJobOperation:  # another request was faster
        raise Conflict("Only a failed job can be retried.") from None
    return 1


def requeue_all(queue_name: str) -> int:
    """Retry all failed jobs of a queue; return their number."""
    registry = queries.named(queue_name).failed_job_registry
    job_ids = registry.get_job_ids(cleanup=False)
    _audit("queue.requeue_all", f"queue-{queue_name}", {"jobs": len(job_ids)})
    for job_id in job_ids:
        try:
            registry.requeue(job_id)
        except NoSuchJobError:
            registry.remove(job_id)
        except InvalidJobOperation:  # another request was faster
            continue
    return len(job_ids)


def delete(job_id: str) -> int:
    """Delete a job; return 1. Raises NotFound."""
    job = queries.fetch(job_id)
    _audit(
        "queue.delete", job.id, {"job": queries.name_of(job), "queue": job.origin, "status": job.get_status()}
    )
    job.delete()
    return 1


def empty(queue_name: str, registry_name: str) -> int:
    """Delete all jobs of a queue, or of one of its registries; return their number."""
    queue = queries.named(queue_name)
    registry = None if registry_name == "queued" else queries.registry(queue, registry_name)
    job_ids = queue.job_ids if registry is None else registry.get_job_ids(cleanup=False)
    _audit("queue.empty", f"queue-{queue_name}", {"registry": registry_name, "jobs": len(job_ids)})
    if registry is None:
        queue.empty()  # type: ignore[no-untyped-call]
        return len(job_ids)
    for job_id in job_ids:
        try:
            queries.fetch(job_id).delete()
        except NotFound:
            registry.remove(job_id)
    return len(job_ids)


def compact(queue_name: str) -> int:
    """Remove the ids of deleted jobs from a queue; return their number."""
    queue = queries.named(queue_name)
    orphans = [job_id for job_id in queue.job_ids if not Job.exists(job_id, connection=queue.connection)]
    _audit("queue.compact", f"queue-{queue_name}", {"jobs": len(orphans)})
    for job_id in orphans:  # RQ's own method empties the queue for a moment, and a crash would lose all jobs
        queue.remove(job_id)
    return len(orphans)


def _audit(action: str, subject: str, details: dict[str, Any]) -> None:
    with db.transaction():
        audit_log.record(action, subject=subject[:80], after=details)
