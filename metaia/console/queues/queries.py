"""Reads of RQ's queues, jobs and workers in Redis. Jobs are JSON: nothing is unpickled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from redis import Redis
from rq import Queue, Worker
from rq.exceptions import DeserializationError, NoSuchJobError
from rq.job import Job
from rq.registry import BaseRegistry
from rq.results import Result
from rq.serializers import JSONSerializer

from metaia.core.errors import NotFound
from metaia.core.http import pagination
from metaia.realtime import runtime

STATES = ("queued", "failed", "deferred", "started", "finished", "scheduled", "canceled")
CURSOR = "jobs of a queue"


@dataclass(frozen=True)
class Overview:
    """A queue and the number of its jobs in each state."""

    name: str
    counts: dict[str, int]


@dataclass(frozen=True)
class StoredJob:
    """A job as Redis keeps it. `error` is the traceback of its last run, if that failed."""

    id: str
    name: str
    queue: str
    state: str | None
    arguments: dict[str, Any] | None
    error: str | None
    tries_left: int
    created_at: datetime | None
    enqueued_at: datetime | None
    started_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True)
class RunningWorker:
    """A worker, and the job that it runs now."""

    name: str
    state: str
    queues: list[str]
    job_id: str | None
    successful: int
    failed: int
    started_at: datetime | None
    seen_at: datetime | None


def overviews() -> list[Overview]:
    """Return all queues, by name."""
    return sorted((_overview(queue) for queue in _all()), key=lambda found: found.name)


def workers() -> list[RunningWorker]:
    """Return all workers, by name."""
    found = Worker.all(_redis(), serializer=JSONSerializer)
    return sorted((_worker(worker) for worker in found), key=lambda worker: worker.name)


def jobs(
    queue_name: str, *, state: str, limit: int, cursor: str | None
) -> tuple[list[StoredJob], str | None]:
    """Return one page of the jobs of a queue in a state, and the next page's cursor.

    Jobs that wait come first to last, all others last to first. The cursor counts: jobs that leave the state between
    two pages shift the others. Raises NotFound, and Invalid for a forged cursor.
    """
    queue = existing(queue_name)
    start = 0 if cursor is None else pagination.decode(cursor, CURSOR)[0]
    ids = job_ids(queue, state, start, start + limit)  # one more than the page has
    found = Job.fetch_many(ids[:limit], connection=queue.connection, serializer=JSONSerializer)
    following = pagination.encode(CURSOR, [start + limit]) if len(ids) > limit else None
    return [_stored(job) for job in found if job is not None], following


def job(job_id: str) -> StoredJob:
    """Return a job. Raises NotFound."""
    return _stored(fetch(job_id))


def fetch(job_id: str) -> Job:
    """Return RQ's object of a job. Raises NotFound."""
    try:
        return Job.fetch(job_id, connection=_redis(), serializer=JSONSerializer)
    except NoSuchJobError:
        raise NotFound("There is no such job.") from None


def name_of(job: Job) -> str:
    """Return the function of a job; nothing if the job is no JSON."""
    try:
        return job.func_name or ""
    except DeserializationError:
        return ""


def existing(name: str) -> Queue:
    """Return RQ's object of a queue that has had a job. Raises NotFound."""
    queue = named(name)
    if queue not in _all():
        raise NotFound("There is no such queue.")
    return queue


def named(name: str) -> Queue:
    """Return RQ's object of a queue, whether it exists or not."""
    return Queue(name, connection=_redis(), serializer=JSONSerializer)


def registry(queue: Queue, state: str) -> BaseRegistry:
    """Return the registry of a queue for a state other than `queued`."""
    found: BaseRegistry = getattr(queue, f"{state}_job_registry")
    return found


def job_ids(queue: Queue, state: str, first: int = 0, last: int = -1) -> list[str]:
    """Return the ids of a queue's jobs in a state, from the position `first` to `last`."""
    if state == "queued":
        return queue.get_job_ids(first, -1 if last < 0 else last - first + 1)
    return registry(queue, state).get_job_ids(first, last, desc=True, cleanup=False)


def _redis() -> Redis:
    connection: Redis = runtime.current().dispatcher.redis
    return connection


def _all() -> list[Queue]:
    return Queue.all(connection=_redis(), serializer=JSONSerializer)


def _overview(queue: Queue) -> Overview:
    others = {state: registry(queue, state).get_job_count(cleanup=False) for state in STATES[1:]}
    return Overview(queue.name, {STATES[0]: queue.count} | others)


def _worker(worker: Any) -> RunningWorker:
    return RunningWorker(
        worker.name,
        str(worker.get_state()),
        worker.queue_names(),
        worker.get_current_job_id(),
        worker.successful_job_count,
        worker.failed_job_count,
        worker.birth_date,
        worker.last_heartbeat,
    )


def _stored(job: Job) -> StoredJob:
    return StoredJob(
        job.id,
        name_of(job),
        job.origin,
        getattr(job.get_status(refresh=False), "value", None),
        _arguments(job),
        _error(job),
        job.retries_left or 0,
        job.created_at,
        job.enqueued_at,
        job.started_at,
        job.ended_at,
    )


def _arguments(job: Job) -> dict[str, Any] | None:
    """Return the arguments of a job by name; None if they are no JSON."""
    try:
        return dict(job.kwargs)
    except (DeserializationError, ValueError, TypeError):
        return None


def _error(job: Job) -> str | None:
    result = job.latest_result()
    return result.exc_string if result is not None and result.type == Result.Type.FAILED else None
