"""The RQ worker: one queue per process, so that a job leaves the queue only into the hands of one who says so."""

from __future__ import annotations

import signal
import time
from typing import Any

import structlog
from flask import Flask
from redis import Redis
from redis.exceptions import RedisError
from rq import Queue, SimpleWorker
from rq.exceptions import StopRequested
from rq.job import Job
from rq.scheduler import RQScheduler
from rq.serializers import JSONSerializer
from rq.worker import base
from structlog.contextvars import bind_contextvars, clear_contextvars

from metaia.core import outbox
from metaia.core.redis import WAKE_CHANNEL, connect

MAINTENANCE_SECONDS = 60  # how soon jobs of a killed worker are found
PAUSE = 1.0  # seconds before a worker that gave up begins again
log = structlog.get_logger(__name__)


class Scheduler(RQScheduler):
    """Queues jobs that are tried again later, in a process of its own; the worker starts another when it has ended."""

    def work(self) -> None:
        """Go on until told to stop, or until Redis goes away, which is no mistake that needs a stack."""
        try:
            super().work()  # type: ignore[no-untyped-call]
        except RedisError as error:
            log.warning("scheduler lost Redis; another one begins", error=str(error))


base.RQScheduler = Scheduler  # type: ignore[attr-defined] # RQ has no setting for it


class Worker(SimpleWorker):
    """Runs jobs in its own process: no fork per job. What a crash takes with it, the sweeps bring back."""

    finished = False  # there is nothing left; only where it was asked to end then
    lost: RedisError | None = None  # how Redis went away while it worked

    def dequeue_job_and_maintain_ttl(self, *args: Any, **kwargs: Any) -> Any:
        """Wait for a job."""
        found = super().dequeue_job_and_maintain_ttl(*args, **kwargs)
        self.finished = found is None
        return found

    @property
    def may_end(self) -> bool:
        """Return whether it has done what it was asked to, or was told to stop."""
        return self.finished or self._shutdown_requested_date is not None

    def execute_job(self, job: Job, queue: Queue) -> None:
        """Run one job; when Redis loses it meanwhile, stop: what it did is in the tables, and so is what is left."""
        try:
            super().execute_job(job, queue)
        except RedisError as error:
            self.lost = error
            raise StopRequested from error

    def perform_job(self, job: Job, queue: Queue, *args: Any, **kwargs: Any) -> bool:
        """Run one job under the id of the request that caused it."""
        clear_contextvars()
        bind_contextvars(request_id=job.meta.get("request_id"), job=job.id)
        if slot := job.meta.get("slot"):
            job.connection.delete(slot)  # what is found from now on needs another job
        return super().perform_job(job, queue, *args, **kwargs)


def run(app: Flask, queue: str) -> None:
    """Work on `queue` until told to stop; SIGTERM lets the present job finish."""
    redis = Redis.from_url(app.config["REDIS_URL"], socket_connect_timeout=2)
    wake = connect(app.config["REDIS_URL"])

    def tell_relay() -> None:
        try:
            wake.publish(WAKE_CHANNEL, b"")
        except RedisError as error:
            log.warning("relay not woken; it polls", error=str(error))

    with app.app_context():
        outbox.on_commit(app, "event", tell_relay)
        outbox.on_commit(app, "job", tell_relay)
        while not _worked_off(redis, queue):
            pass


def _worked_off(redis: Redis, queue: str) -> bool:
    """Work until told to end: True. RQ also gives up when Redis goes away while a job runs: False, after a pause."""
    try:
        worker = Worker(
            [Queue(queue, connection=redis, serializer=JSONSerializer)],
            connection=redis,
            serializer=JSONSerializer,
            maintenance_interval=MAINTENANCE_SECONDS,
        )
    except RedisError as error:
        log.warning("worker cannot begin yet", error=str(error))
    else:
        try:
            worker.work(with_scheduler=True, logging_level="WARNING")
        except RedisError as error:
            worker.lost = worker.lost or error
        if worker.lost is not None:
            log.warning("worker lost Redis; it begins again", error=str(worker.lost))
        if worker.may_end:
            return True
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)  # RQ's would wait for a job to end, and there is none
    time.sleep(PAUSE)
    return False
