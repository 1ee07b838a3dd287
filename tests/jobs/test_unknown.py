"""Jobs of a newer release: an older leader leaves them in the outbox, an older worker puts them off."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from rq import Queue
from rq.job import JobStatus
from rq.registry import ScheduledJobRegistry
from rq.scheduler import RQScheduler
from rq.serializers import JSONSerializer
from sqlalchemy import text
from structlog.testing import capture_logs

from metaia.core import db
from metaia.core.ids import new_id
from metaia.jobs import registry as job_registry
from metaia.jobs import unknown
from metaia.jobs import worker as work
from metaia.jobs.dispatcher import UNSTARTED_SECONDS, Dispatcher
from metaia.jobs.registry import JOBS, JobType
from metaia.realtime import runtime
from tests.support.people import World

Work = Callable[[], None]
ran: list[dict[str, Any]] = []


def arrive(**arguments: Any) -> None:
    """A job of the newer release."""
    ran.append(arguments)


def narrow(*, number: int) -> None:
    """A job that takes more arguments in the newer release."""
    ran.append({"number": number})


NAME = f"{__name__}.arrive"


@pytest.fixture
def dispatch(app: Flask, server: object, monkeypatch: pytest.MonkeyPatch) -> Dispatcher:
    """Give the dispatcher; it works only when the test calls it."""
    dispatcher = runtime.of(app).dispatcher
    monkeypatch.setattr(dispatcher, "leading", lambda: False)
    return dispatcher


@pytest.fixture
def released(
    app: Flask, dispatch: Dispatcher, queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[], None]]:
    """Give a function that teaches this process the job NAME, which one row of the outbox already asks for."""
    job = JobType(NAME, queue=queue.name)
    with monkeypatch.context() as newer:
        newer.setitem(JOBS.of(app), NAME, job)
        with db.transaction():
            job_registry.enqueue(NAME, number=1)
    yield lambda: monkeypatch.setitem(JOBS.of(app), NAME, job)
    with db.transaction():
        db.execute(text("DELETE FROM outbox WHERE type = :name"), {"name": NAME})


def rows() -> list[str]:
    """Return the kinds of the rows of NAME in the outbox."""
    found = db.fetch_all(text("SELECT kind FROM outbox WHERE type = :name"), {"name": NAME})
    return [row.kind for row in found]


def age(hours: int) -> None:
    """Make the row of NAME older."""
    with db.transaction():
        db.execute(
            text("UPDATE outbox SET created_at = now() - make_interval(hours => :hours) WHERE type = :name"),
            {"name": NAME, "hours": hours},
        )


def test_a_job_of_a_newer_release_waits_in_the_outbox_and_runs_once(
    dispatch: Dispatcher, released: Callable[[], None], queue: Queue, work_off: Work
) -> None:
    """Others ignore and discard unregistered tasks (onyx 4740, doccano 2166)."""
    ran.clear()
    dispatch.enqueue_committed()
    assert rows() == ["job"]
    released()
    dispatch.enqueue_committed()
    dispatch.enqueue_committed()
    assert rows() == []
    work_off()
    assert ran == [{"number": 1}]


def test_a_full_batch_of_unknown_jobs_does_not_block_known_ones(
    app: Flask,
    dispatch: Dispatcher,
    released: Callable[[], None],
    queue: Queue,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("metaia.jobs.dispatcher.BATCH", 1)
    other = f"tests.known-{new_id()}"
    monkeypatch.setitem(JOBS.of(app), other, JobType(other, queue=queue.name))
    with db.transaction():
        job_registry.enqueue(other)
    while dispatch.enqueue_committed():
        pass
    assert [job.func_name for job in queue.jobs] == [other]
    assert rows() == ["job"]


def test_a_job_that_no_release_knows_for_a_day_is_quarantined(
    app: Flask, dispatch: Dispatcher, released: Callable[[], None], queue: Queue, world: World
) -> None:
    age(23)
    with capture_logs() as lines:
        unknown.review(JOBS.of(app))
    assert (rows(), unknown.counts()) == (["job"], {"waiting": 1, "quarantined": 0})
    assert [(line["job"], line["count"]) for line in lines] == [(NAME, 1)]
    age(25)
    unknown.review(JOBS.of(app))
    assert (rows(), unknown.counts()) == (["unknown"], {"waiting": 0, "quarantined": 1})
    numbers = world.staff().get("/metrics").text
    assert 'metaia_jobs_unknown{what="quarantined"} 1.0' in numbers
    released()
    dispatch.enqueue_committed()
    assert rows() == ["unknown"], "it may be too late for its effect"
    commands = app.test_cli_runner()
    assert "1 quarantined  since" in commands.invoke(args=["unknown-jobs"]).output
    assert commands.invoke(args=["unknown-jobs", "--release", NAME]).output == "released 1 jobs\n"
    entry = db.fetch_one(text("SELECT actor_id, after FROM audit_log WHERE action = 'jobs.released'"))
    assert entry is not None
    assert (entry.actor_id.partition("-")[0], entry.after) == ("operator", {"count": 1})
    dispatch.enqueue_committed()
    assert [job.func_name for job in queue.jobs] == [NAME]


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("metaia.nowhere.jobs.nothing", {}),
        (f"{__name__}.nothing", {}),
        (f"{__name__}.narrow", {"number": 1, "language": "en"}),
    ],
    ids=["module", "function", "argument"],
)
def test_an_older_worker_puts_off_what_it_cannot_run(
    queue: Queue, work_off: Work, name: str, arguments: dict[str, Any]
) -> None:
    ran.clear()
    job = queue.enqueue(name, kwargs=arguments)
    work_off()
    assert job.get_status() == JobStatus.SCHEDULED
    registry = ScheduledJobRegistry(queue=queue)
    assert registry.get_job_ids() == [job.id]
    assert ran == []


def test_a_worker_of_the_newer_release_runs_what_an_older_one_put_off(
    queue: Queue, work_off: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran.clear()
    with monkeypatch.context() as older:
        older.delitem(globals(), "arrive")
        job = queue.enqueue(NAME, kwargs={"number": 2})
        work_off()
        assert job.get_status() == JobStatus.SCHEDULED
    queue.connection.zadd(ScheduledJobRegistry(queue=queue).key, {job.id: 0})  # as if the pause had passed
    scheduler = RQScheduler([queue.name], connection=queue.connection, serializer=JSONSerializer)
    scheduler.acquire_locks()
    scheduler.enqueue_scheduled_jobs()
    scheduler.release_locks()
    work_off()
    assert ran == [{"number": 2}]


def test_a_job_that_no_worker_knows_for_a_day_fails(
    queue: Queue, work_off: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = queue.enqueue("metaia.nowhere.jobs.nothing")
    queue.connection.hset(job.key, "number_of_retries", work.UNKNOWN_TRIES)
    work_off()
    assert job.get_status() == JobStatus.FAILED


def test_a_due_job_keeps_its_slot_and_its_end_while_it_waits(queue: Queue, work_off: Work) -> None:
    """Otherwise the leader would enqueue another one each second."""
    slot = f"metaia:due:{new_id()}"
    queue.connection.set(slot, 1, ex=UNSTARTED_SECONDS)
    job = queue.enqueue("metaia.nowhere.jobs.nothing", meta={"slot": slot}, job_timeout=5, ttl=15)
    work_off()
    assert queue.connection.exists(slot)
    assert 0 < queue.connection.ttl(job.key) <= 15
