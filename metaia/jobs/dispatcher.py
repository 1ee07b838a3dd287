"""The dispatcher enqueues jobs in RQ, from the outbox and by the clock. Nothing else enqueues.

A job's row is deleted after Redis has accepted the job. So a job may be enqueued twice, and never zero times; jobs
claim their own row before they act. The id of the outbox row is the id of the job.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import gevent
import structlog
from gevent.event import Event as Signal
from redis.exceptions import RedisError
from rq import Queue, Retry
from rq.serializers import JSONSerializer
from sqlalchemy import delete, select

from metaia.core import db, metrics
from metaia.core.ids import new_id
from metaia.core.outbox import Outbox
from metaia.core.redis import connect
from metaia.jobs import unknown
from metaia.jobs.registry import JobType

BATCH = 200
POLL = 1.0  # seconds
GATHER = 0.02  # seconds between a wake-up and its round, so that one round trip takes many jobs
SPACING = 0.1  # seconds between two rounds at least, because each round queries the tables
REVIEW_SECONDS = 60.0  # between two looks at jobs that this release does not know
RESULT_SECONDS = 300
UNSTARTED_SECONDS = 15  # after which a job that has not started counts as lost
FAILED_SECONDS = 30 * 86400  # for which staff can see and retry a failed job
EVERY_FAILED_SECONDS = 86400  # the same for periodic jobs, which have successors
Job = tuple[str, str, dict[str, Any], str | None]  # name, job id, arguments, request id
logger = structlog.get_logger(__name__)


class Dispatcher:
    """Runs in every web process, and works in the leading one."""

    def __init__(self, redis_url: str, jobs: Mapping[str, JobType], leading: Callable[[], bool]) -> None:
        self.redis = connect(redis_url)
        self.jobs = jobs
        self.leading = leading
        self._signal = Signal()
        self._ticked = self._reviewed = 0.0

    def wake(self) -> None:
        """Start a round now instead of at the next poll; returns at once."""
        self._signal.set()

    def run(self) -> None:
        """Enqueue jobs, for ever."""
        last = 0.0
        while True:
            if self._signal.wait(POLL):
                gevent.sleep(max(GATHER, last + SPACING - time.monotonic()))
            self._signal.clear()
            last = time.monotonic()
            if not self.leading():
                continue
            try:
                if time.monotonic() - self._ticked >= POLL:
                    self._ticked = time.monotonic()
                    self.enqueue_periodic()
                while self.enqueue_committed() == BATCH:
                    pass
                self.enqueue_due()
                if time.monotonic() - self._reviewed >= REVIEW_SECONDS:
                    self._reviewed = time.monotonic()
                    unknown.review(self.jobs)
            except (RedisError, *db.UNAVAILABLE) as error:
                logger.warning("jobs wait", error=db.describe(error))
                self._signal.wait(POLL)

    def enqueue_committed(self) -> int:
        """Enqueue the oldest jobs of the outbox; return their number. Unknown ones stay: see `jobs/unknown.py`."""
        with db.transaction():
            rows = db.fetch_all(_oldest(tuple(self.jobs)))
            self._enqueue([(r.type, f"job-{r.uid}", r.payload, r.request_id) for r in rows])
            if rows:
                db.execute(delete(Outbox).where(Outbox.id.in_([row.id for row in rows])))
        metrics.moved["jobs"] += len(rows)
        return len(rows)

    def enqueue_periodic(self) -> None:
        """Enqueue the jobs with `every` whose next interval has begun; Redis stores the last interval of each."""
        slots = {
            job.name: int(time.time() // job.every) for job in self.jobs.values() if job.every is not None
        }
        stored = self.redis.mget([_last(name) for name in slots]) if slots else []
        for (name, slot), before in zip(slots.items(), stored, strict=True):
            now = str(slot).encode()
            if before != now and self.redis.set(_last(name), slot, get=True) != now:
                job_id = f"every-{name.replace('.', '-')}-{slot}"  # RQ allows no dots
                self._enqueue([(name, job_id, {}, None)])

    def enqueue_due(self) -> None:
        """Enqueue as many jobs as `due` returns, less those that are queued and have not started yet."""
        for job in self.jobs.values():
            for number in range(job.due() if job.due else 0):
                key = f"metaia:due:{job.name}:{number}"
                if self.redis.set(key, 1, nx=True, ex=UNSTARTED_SECONDS):
                    job_id = f"due-{job.name.replace('.', '-')}-{new_id()}"
                    self._enqueue([(job.name, job_id, {}, None)], slot=key)

    def _enqueue(self, jobs: list[Job], *, slot: str | None = None) -> None:
        """Enqueue jobs in RQ: those of one queue in one round trip."""
        queues: dict[str, list[Any]] = {}
        for name, job_id, arguments, request_id in jobs:
            job = self.jobs[name]
            meta = {"request_id": request_id} | ({"slot": slot} if slot else {})
            queues.setdefault(job.queue, []).append(_prepared(job, job_id, arguments, meta))
        for queue, prepared in queues.items():
            Queue(queue, connection=self.redis, serializer=JSONSerializer).enqueue_many(prepared)


def _last(name: str) -> str:
    """Return the key of the last interval of a job in which it was enqueued."""
    return f"metaia:every:{name}"


@cache  # a round every 0.1 s uses it
def _oldest(known: tuple[str, ...]) -> Any:
    """Return the select that locks the oldest jobs of the outbox with known names."""
    columns = select(Outbox.id, Outbox.uid, Outbox.type, Outbox.payload, Outbox.request_id)
    jobs = columns.where(Outbox.kind == "job", Outbox.type.in_(known))
    return jobs.order_by(Outbox.id).limit(BATCH).with_for_update(skip_locked=True)


def _prepared(job: JobType, job_id: str, arguments: dict[str, Any], meta: dict[str, Any]) -> Any:
    return Queue.prepare_data(
        job.name,
        kwargs=arguments,
        job_id=job_id,
        timeout=job.timeout,
        retry=_retry(job),
        ttl=UNSTARTED_SECONDS if job.due else job.every,  # a job that waited longer has a successor
        result_ttl=RESULT_SECONDS if job.every is None and job.due is None else 0,
        failure_ttl=FAILED_SECONDS if job.every is None else EVERY_FAILED_SECONDS,
        meta=meta,
    )


def _retry(job: JobType) -> Retry | None:
    return Retry(max=len(job.retry), interval=list(job.retry)) if job.retry else None
