"""The worker: it runs queued jobs, logs under the id of the request that caused them, and survives failing jobs."""

from __future__ import annotations

import subprocess
import sys
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from redis import Redis
from redis.exceptions import ConnectionError as Unreachable
from rq import Queue, SimpleWorker
from rq.job import JobStatus
from rq.scheduler import RQScheduler
from rq.scheduler import run as run_scheduler
from rq.worker import base
from sqlalchemy import text
from structlog.contextvars import get_contextvars
from structlog.testing import capture_logs

from metaia.core import db, outbox
from metaia.core.redis import WAKE_CHANNEL
from metaia.dev.settings import ROOT
from metaia.jobs import worker as work
from metaia.orders import jobs as order_jobs
from tests.support.people import World
from tests.support.smtp_server import Mailbox
from tests.support.waiting import until

Work = Callable[[], None]
seen: list[dict[str, Any]] = []


def remember() -> None:
    """A job that stores the context under which it would log."""
    seen.append(dict(get_contextvars()))


def fail() -> None:
    """A job that fails."""
    raise ZeroDivisionError


def test_a_job_logs_under_the_id_of_its_request(queue: Queue, work_off: Work) -> None:
    request_id = str(uuid.uuid4())
    first = queue.enqueue(f"{__name__}.remember", meta={"request_id": request_id})
    second = queue.enqueue(f"{__name__}.remember")
    work_off()
    assert seen[-2:] == [
        {"request_id": request_id, "job": first.id},
        {"request_id": None, "job": second.id},
    ]


def test_a_job_that_fails_does_not_stop_the_worker(queue: Queue, work_off: Work) -> None:
    broken = queue.enqueue(f"{__name__}.fail")
    good = queue.enqueue(f"{__name__}.remember")
    work_off()
    assert [job.get_status() for job in (broken, good)] == [JobStatus.FAILED, JobStatus.FINISHED]


def test_a_worker_logs_one_line_and_continues_after_redis_lost_its_job(
    queue: Queue, work_off: Work, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    execute, errors = SimpleWorker.execute_job, [Unreachable("Redis is unreachable")]

    def fail_once(worker: Any, job: Any, queue: Queue) -> None:
        if errors:
            raise errors.pop()
        execute(worker, job, queue)

    monkeypatch.setattr(SimpleWorker, "execute_job", fail_once)
    monkeypatch.setattr(work, "PAUSE", 0.0)
    queue.enqueue(f"{__name__}.remember")
    second = queue.enqueue(f"{__name__}.remember")
    with capture_logs() as lines:
        work_off()
    assert seen[-1]["job"] == second.id
    assert [(line["event"], line["error"]) for line in lines] == [
        ("worker lost Redis; it begins again", "Redis is unreachable")
    ]
    assert [record for record in caplog.records if record.exc_info] == []


def test_a_scheduler_that_loses_redis_ends_with_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail_to_work(_: Any) -> None:
        raise Unreachable("Redis is unreachable")

    monkeypatch.setattr(RQScheduler, "work", fail_to_work)
    with capture_logs() as lines:
        run_scheduler(vars(base)["RQScheduler"](["nobody's"], connection=Redis()))
    assert [(line["event"], line["error"]) for line in lines] == [
        ("scheduler lost Redis; another one begins", "Redis is unreachable")
    ]


def test_what_a_job_changes_reaches_screens(
    app: Flask, world: World, queue: Queue, smtp: Mailbox, work_off: Work
) -> None:
    customer = world.person()
    screen = customer.socket()
    order = customer.order()
    with db.transaction():
        db.execute(
            text("UPDATE orders SET accept_by = now() - interval '1 s' WHERE id = :id"), {"id": order["id"]}
        )
    queue.enqueue(f"{order_jobs.__name__}.cancel_overdue")
    work_off()
    expired = screen.wait("order_update", 2)[-1]
    assert (expired["status"], expired["previousStatus"]) == ("cancelled", "pending")
    notification = screen.wait("new_notification", 2)[-1]
    assert notification["type"] == "order_expired"


def test_after_each_commit_the_worker_wakes_the_relay(
    app: Flask, queue: Queue, work_off: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The relay runs in another process, which would otherwise find the event only by polling."""
    listening: list[Any] = []
    monkeypatch.setattr(outbox, "on_commit", lambda _app, _kind, call: listening.append(call))
    work_off()
    wake_relay = listening[0]
    with Redis.from_url(app.config["REDIS_URL"]) as redis, redis.pubsub() as channels:
        channels.subscribe(WAKE_CHANNEL)
        assert channels.get_message(timeout=5)
        wake_relay()
        message = until(lambda: channels.get_message(timeout=0.1))
        assert message["channel"] == WAKE_CHANNEL.encode()


def test_a_worker_that_cannot_wake_the_relay_continues(
    queue: Queue, work_off: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    listening: list[Any] = []
    asked: list[str] = []

    class Away:
        def publish(self, channel: str, _: bytes) -> None:
            asked.append(channel)
            raise Unreachable("no Redis today")

    monkeypatch.setattr(outbox, "on_commit", lambda _app, _kind, call: listening.append(call))
    monkeypatch.setattr(work, "connect", lambda _: Away())
    work_off()
    listening[0]()
    assert asked == [WAKE_CHANNEL]


def test_a_worker_for_a_queue_that_does_not_exist_fails_with_a_message(environment: dict[str, str]) -> None:
    program = subprocess.run(
        [sys.executable, "worker.py", "pigeons"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=50,
    )
    assert program.returncode == 1
    assert program.stderr == "there is no queue 'pigeons', only critical, default, bulk, media, hooks\n"


def test_an_idle_worker_soon_starts_the_scheduler_of_one_that_ended(queue: Queue, work_off: Work) -> None:
    """Its retries waited until a job arrived, or for seven minutes."""
    waits: list[int] = []
    dequeue = work.Worker.dequeue_job_and_maintain_ttl

    def note(worker: Any, *arguments: Any) -> Any:
        waits.append(worker.dequeue_timeout)
        return dequeue(worker, *arguments)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(work.Worker, "dequeue_job_and_maintain_ttl", note)
        work_off()
    assert waits == [work.MAINTENANCE_SECONDS]
