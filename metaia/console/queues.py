"""What staff do to RQ's jobs. Each has its line in the audit log first: rather one too many than one too few.

A job may be tried again at any time, since it acts once (docs/architecture.md).
"""

from __future__ import annotations

from typing import Any

from rq import Queue
from rq.exceptions import InvalidJobOperation, NoSuchJobError
from rq.job import Job
from rq.registry import BaseRegistry
from rq.serializers import JSONSerializer

from metaia.core import db
from metaia.core.audit import log as audit_log
from metaia.core.errors import Conflict, NotFound
from metaia.realtime import runtime

REGISTRIES = ("queued", "failed", "deferred", "started", "finished", "scheduled", "canceled")


def requeue(job_id: str) -> int:
    """Try a failed job again; return 1. Raises NotFound, and Conflict if it has not failed."""
    job = _job(job_id)
    if not job.is_failed:
        raise Conflict("Only what has failed can be tried again.")
    _note("queue.requeue", job.id, {"job": job.func_name, "queue": job.origin})
    try:
        job.requeue()
    except InvalidJobOperation:  # somebody else was faster
        raise Conflict("Only what has failed can be tried again.") from None
    return 1


def requeue_all(queue_name: str) -> int:
    """Try all failed jobs of a queue again; return how many there were."""
    registry = _queue(queue_name).failed_job_registry
    job_ids = registry.get_job_ids(cleanup=False)
    _note("queue.requeue_all", f"queue-{queue_name}", {"jobs": len(job_ids)})
    for job_id in job_ids:
        try:
            registry.requeue(job_id)
        except NoSuchJobError:
            registry.remove(job_id)
        except InvalidJobOperation:  # somebody else was faster
            continue
    return len(job_ids)


def delete(job_id: str) -> int:
    """Throw a job away; return 1. Raises NotFound."""
    job = _job(job_id)
    _note("queue.delete", job.id, {"job": job.func_name, "queue": job.origin, "status": job.get_status()})
    job.delete()
    return 1


def empty(queue_name: str, registry_name: str) -> int:
    """Throw away all jobs of a queue, or of one of its registries; return how many there were."""
    queue = _queue(queue_name)
    registry = None if registry_name == "queued" else _registry(queue, registry_name)
    job_ids = queue.job_ids if registry is None else registry.get_job_ids(cleanup=False)
    _note("queue.empty", f"queue-{queue_name}", {"registry": registry_name, "jobs": len(job_ids)})
    if registry is None:
        queue.empty()  # type: ignore[no-untyped-call]
        return len(job_ids)
    for job_id in job_ids:
        try:
            _job(job_id).delete()
        except NotFound:
            registry.remove(job_id)
    return len(job_ids)


def compact(queue_name: str) -> int:
    """Take ids out of a queue whose jobs are gone; return how many there were."""
    queue = _queue(queue_name)
    gone = [job_id for job_id in queue.job_ids if not Job.exists(job_id, connection=queue.connection)]
    _note("queue.compact", f"queue-{queue_name}", {"jobs": len(gone)})
    for job_id in gone:  # RQ's own way takes all ids out for a moment, and a crash then loses them
        queue.remove(job_id)
    return len(gone)


def _note(action: str, subject: str, what: dict[str, Any]) -> None:
    with db.transaction():
        audit_log.record(action, subject=subject[:80], after=what)


def _job(job_id: str) -> Job:
    try:
        return Job.fetch(job_id, connection=runtime.current().dispatcher.redis, serializer=JSONSerializer)
    except NoSuchJobError:
        raise NotFound("There is no such job.") from None


def _queue(name: str) -> Queue:
    return Queue(name, connection=runtime.current().dispatcher.redis, serializer=JSONSerializer)


def _registry(queue: Queue, name: str) -> BaseRegistry:
    registry: BaseRegistry = getattr(queue, f"{name}_job_registry")
    return registry
