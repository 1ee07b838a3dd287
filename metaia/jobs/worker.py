"""The RQ worker: one queue per process.

With one queue, RQ takes a job by BLMOVE, which keeps it in an intermediate list. With several it uses BLPOP, and a
worker that is killed right after it loses the job.
"""

from __future__ import annotations

import signal
import time
from datetime import UTC, datetime
from inspect import signature
from typing import Any

import structlog
from flask import Flask
from redis import Redis
from redis.exceptions import RedisError
from rq import Queue, Retry, SimpleWorker
from rq.exceptions import StopRequested
from rq.job import Job
from rq.scheduler import RQScheduler
from rq.serializers import JSONSerializer
from rq.worker import base
from structlog.contextvars import bind_contextvars, clear_contextvars

from metaia.core import outbox
from metaia.core.observing import exceptions, reporters, timings
from metaia.core.redis import WAKE_CHANNEL, connect

# Seconds between two searches for jobs of killed workers, and for a scheduler that has ended with its worker.
MAINTENANCE_SECONDS = 20
QUEUES = ("critical", "default", "bulk", "media", "hooks")
UNKNOWN_PAUSE = 15  # seconds between two tries of a job that this release does not know
UNKNOWN_TRIES = 86_400 // UNKNOWN_PAUSE  # for a day, like jobs/unknown.py
PAUSE = 1.0  # seconds before a worker that lost Redis restarts
log = structlog.get_logger(__name__)


class Scheduler(RQScheduler):
    """Queues jobs that are due for a retry, in a process of its own. If it ends, the worker starts another."""

    def work(self) -> None:
        """Work until stopped, or until Redis is unreachable, which is logged without a stack."""
        try:
            super().work()  # type: ignore[no-untyped-call]
        except RedisError as error:
            log.warning("scheduler lost Redis; another one begins", error=str(error))


base.RQScheduler = Scheduler  # type: ignore[attr-defined] # RQ has no setting for it


class PatientJob(Job):
    """A job that waits for a worker of a release that knows its function and its arguments."""

    def perform(self) -> Any:
        """Run the job; put it off if this release cannot, because it is of a newer one.

        After UNKNOWN_TRIES it fails, and staff see it among the failed jobs.
        """
        if (reason := _unfit(self)) is None:
            if slot := self.meta.get("slot"):
                self.connection.delete(slot)  # work that is found from now on needs another job
            return super().perform()
        log.error("a job that this release does not know waits", job=self.func_name, reason=reason)
        return Retry(max=UNKNOWN_TRIES, interval=UNKNOWN_PAUSE)


def _unfit(job: Job) -> str | None:
    """Return why this release cannot run a job: it lacks the function, or that takes other arguments; else None."""
    try:
        function: Any = job.func
        signature(function).bind(*job.args, **job.kwargs)
    except (ValueError, AttributeError, ImportError, TypeError) as error:
        return str(error)
    return None


class Worker(SimpleWorker):
    """Runs jobs in its own process, without a fork per job. Jobs that a crash interrupts are found by periodic jobs."""

    job_class = PatientJob
    finished = False  # the queue is empty; only in burst mode, which tests use
    redis_error: RedisError | None = None  # the error that stopped it
    schedule: reporters.Schedule | None = None

    def heartbeat(self, timeout: int | None = None, pipeline: Any = None) -> None:
        """Show a sign of life; between two jobs, and while there are none, report what is due."""
        super().heartbeat(timeout, pipeline)
        if self.schedule is not None and pipeline is None:
            self.schedule.run_due()

    def handle_exception(self, job: Job, *exc_info: Any) -> None:
        """Count and log the exception of a job that has failed."""
        if isinstance(error := exc_info[1], BaseException):
            exceptions.record_safely(error, request_id=job.meta.get("request_id"))
        super().handle_exception(job, *exc_info)

    def dequeue_job_and_maintain_ttl(self, *args: Any, **kwargs: Any) -> Any:
        """Wait for a job."""
        found = super().dequeue_job_and_maintain_ttl(*args, **kwargs)
        self.finished = found is None
        return found

    @property
    def may_stop(self) -> bool:
        """Return whether the worker has emptied its queue in burst mode, or was stopped by a signal."""
        return self.finished or self._shutdown_requested_date is not None

    def execute_job(self, job: Job, queue: Queue) -> None:
        """Run one job. Stop if Redis fails or loses the job: its results and its remaining work are in the tables."""
        try:
            super().execute_job(job, queue)
        except RedisError as error:
            self.redis_error = error
            raise StopRequested from error

    def perform_job(self, job: Job, queue: Queue, *args: Any, **kwargs: Any) -> bool:
        """Run one job, and log it under the id of the request that caused it."""
        clear_contextvars()
        bind_contextvars(request_id=job.meta.get("request_id"), job=job.id)
        begun = time.perf_counter()
        if job.enqueued_at is not None:
            waited = datetime.now(UTC) - job.enqueued_at.astimezone(UTC)
            timings.of(timings.JOB_WAIT, queue.name).observe(waited.total_seconds())
        succeeded = super().perform_job(job, queue, *args, **kwargs)
        seconds = time.perf_counter() - begun
        timings.of(timings.JOB_RUN, queue.name).observe(seconds, error=not succeeded)
        return succeeded


def run(app: Flask, queue: str) -> None:
    """Work on `queue` until a signal stops the process; SIGTERM lets the current job finish."""
    redis = Redis.from_url(app.config["REDIS_URL"], socket_connect_timeout=2)
    wake = connect(app.config["REDIS_URL"])

    def wake_relay() -> None:
        try:
            wake.publish(WAKE_CHANNEL, b"")
        except RedisError as error:
            log.warning("relay not woken; it polls", error=str(error))

    with app.app_context():
        outbox.on_commit(app, "event", wake_relay)
        outbox.on_commit(app, "job", wake_relay)
        schedule = reporters.Schedule(app)
        try:
            while not _work_until_stopped(redis, queue, schedule):
                pass
        finally:
            reporters.report_all(app)


def _work_until_stopped(redis: Redis, queue: str, schedule: reporters.Schedule) -> bool:
    """Work until stopped, and return True. Return False after a pause if RQ gave up because of Redis."""
    try:
        worker = Worker(
            [Queue(queue, connection=redis, serializer=JSONSerializer)],
            connection=redis,
            serializer=JSONSerializer,
            maintenance_interval=MAINTENANCE_SECONDS,
            worker_ttl=MAINTENANCE_SECONDS
            + 15,  # RQ waits 15 s less for a job; by default it waits for 405 s
        )
    except RedisError as error:
        log.warning("worker cannot begin yet", error=str(error))
    else:
        worker.schedule = schedule
        try:
            worker.work(with_scheduler=True, logging_level="WARNING")
        except RedisError as error:
            worker.redis_error = worker.redis_error or error
        if worker.redis_error is not None:
            log.warning("worker lost Redis; it begins again", error=str(worker.redis_error))
        if worker.may_stop:
            return True
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)  # RQ's handlers would wait for a job to end, and there is none
    time.sleep(PAUSE)
    return False
