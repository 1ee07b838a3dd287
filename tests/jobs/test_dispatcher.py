"""Enqueuing jobs in RQ: with the commit, under their own id, and without loss."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterator

import pytest
from flask import Flask
from redis import Redis
from redis.exceptions import ConnectionError as Unreachable
from rq import Queue
from rq.exceptions import NoSuchJobError
from rq.job import Job as RqJob
from rq.serializers import JSONSerializer
from sqlalchemy import text
from structlog.contextvars import bound_contextvars

from metaia.core import db
from metaia.core.ids import new_id
from metaia.core.redis import connect
from metaia.jobs import registry as job_registry
from metaia.jobs import worker as work
from metaia.jobs.dispatcher import UNSTARTED_SECONDS, Dispatcher
from metaia.jobs.registry import JOBS as JOB_TYPES
from metaia.jobs.registry import JobType
from metaia.notifications.registry import QUEUES
from metaia.realtime import runtime
from tests.support.waiting import until

JOBS = text("SELECT uid, type FROM outbox WHERE kind = 'job' AND payload ->> 'number' = :given")
JOB = "tests.realtime.a-job"


@pytest.fixture
def dispatch(app: Flask, server: object) -> Dispatcher:
    return runtime.of(app).dispatcher


@pytest.fixture
def resting(dispatch: Dispatcher, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the application's own dispatcher from taking the rows that the test checks."""
    monkeypatch.setattr(dispatch, "leading", lambda: False)


@pytest.fixture
def job_types(app: Flask) -> dict[str, JobType]:
    return JOB_TYPES.of(app)


@pytest.fixture
def queue(
    dispatch: Dispatcher, job_types: dict[str, JobType], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Queue]:
    """Give a queue of the test's own, to which JOB goes; jobs of earlier tests have left the outbox before."""
    until(lambda: db.fetch_value(text("SELECT count(*) FROM outbox WHERE kind = 'job'")) == 0, "the dispatch")
    name = f"jobs-{new_id()}"
    monkeypatch.setitem(job_types, JOB, JobType(JOB, queue=name, retry=(10, 60, 300)))
    queue = Queue(name, connection=dispatch.redis, serializer=JSONSerializer)
    yield queue
    queue.delete(delete_jobs=True)


def ask(number: str) -> str:
    """Enqueue a job in a transaction, and return its id."""
    with db.transaction() as unit:
        job_registry.enqueue(JOB, number=number)
        unit.writes.send(unit.connection.connection.driver_connection)  # type: ignore[arg-type]
        row = db.fetch_one(JOBS, {"given": number})
    assert row is not None
    return f"job-{row.uid}"


def waiting(number: str) -> int:
    return len(db.fetch_all(JOBS, {"given": number}))


def job_of(queue: Queue, job_id: str) -> RqJob:
    return RqJob.fetch(job_id, connection=queue.connection, serializer=JSONSerializer)


def test_a_job_is_enqueued_with_its_id_and_its_retries(queue: Queue) -> None:
    number = new_id()
    job_id = ask(number)
    until(lambda: queue.job_ids == [job_id])
    until(lambda: not waiting(number))
    job = job_of(queue, job_id)
    assert (job.func_name, job.kwargs) == (JOB, {"number": number})
    assert (job.retries_left, job.retry_intervals) == (3, [10, 60, 300])


def test_a_job_carries_the_id_of_its_request(queue: Queue) -> None:
    with bound_contextvars(request_id="the-request"):
        job_id = ask(new_id())
    until(lambda: queue.job_ids == [job_id])
    assert job_of(queue, job_id).meta["request_id"] == "the-request"


def test_a_job_of_a_failed_transaction_is_never_enqueued(queue: Queue) -> None:
    never = new_id()

    def fail() -> None:
        with db.transaction():
            job_registry.enqueue(JOB, number=never)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    last = ask(new_id())
    until(lambda: last in queue.job_ids)
    assert waiting(never) == 0
    assert all(job.kwargs.get("number") != never for job in queue.jobs)


def test_a_job_that_does_not_exist_cannot_be_enqueued(server: object) -> None:
    with db.transaction(), pytest.raises(LookupError):
        job_registry.enqueue("metaia.nowhere.jobs.nothing")


def test_a_job_stays_in_the_outbox_while_redis_is_unreachable(
    app: Flask, queue: Queue, dispatch: Dispatcher, resting: None
) -> None:
    number = new_id()
    job_id = ask(number)
    away = Dispatcher("redis://127.0.0.1:1/0", JOB_TYPES.of(app), lambda: True)
    with pytest.raises(Unreachable):
        away.enqueue_committed()
    assert waiting(number) == 1
    dispatch.enqueue_committed()
    assert queue.job_ids == [job_id]
    assert waiting(number) == 0


def test_the_dispatcher_continues_when_redis_is_back(
    app: Flask, queue: Queue, dispatch: Dispatcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    redis = dispatch.redis
    asked = []

    class Away:
        def __getattr__(self, name: str) -> object:
            asked.append(name)
            raise Unreachable("no Redis today")

    monkeypatch.setattr(dispatch, "redis", Away())
    number = new_id()
    job_id = ask(number)
    until(lambda: asked, "it has tried")
    assert waiting(number) == 1
    monkeypatch.setattr(dispatch, "redis", redis)
    until(lambda: queue.job_ids == [job_id])


def test_a_job_that_is_enqueued_twice_is_one_job(queue: Queue, dispatch: Dispatcher, resting: None) -> None:
    """Redis accepted it and the process died before it deleted the row."""
    number = new_id()
    job_id = ask(number)
    dispatch._enqueue([(JOB, job_id, {"number": number}, None)])
    dispatch.enqueue_committed()
    assert set(queue.job_ids) == {job_id}
    assert job_of(queue, job_id).kwargs == {"number": number}


def test_a_process_that_does_not_lead_enqueues_nothing(
    queue: Queue, resting: None, dispatch: Dispatcher
) -> None:
    number = new_id()
    ask(number)
    for _ in range(3):
        dispatch.wake()
        until(lambda: not dispatch._signal.is_set(), "it has looked")
    assert waiting(number) == 1
    assert queue.job_ids == []
    dispatch.enqueue_committed()


def test_a_periodic_job_is_enqueued_once_in_each_slot(
    app: Flask, dispatch: Dispatcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = f"tests.periodic-{new_id()}"
    monkeypatch.setitem(JOB_TYPES.of(app), name, JobType(name, queue=name, every=10**8))
    queue = Queue(name, connection=dispatch.redis, serializer=JSONSerializer)
    others = [Dispatcher(app.config["REDIS_URL"], JOB_TYPES.of(app), lambda: True) for _ in range(2)]
    for clock in (*others, dispatch, *others):
        clock.enqueue_periodic()
    assert len(queue.job_ids) == 1
    with connect(app.config["REDIS_URL"]) as redis:
        redis.set(f"metaia:every:{name}", -1)  # as if the interval had passed
    for clock in others:
        clock.enqueue_periodic()
        clock.redis.close()
    assert len(set(queue.job_ids)) == 1  # the same interval has the same id
    assert len(queue.job_ids) == 2
    queue.delete(delete_jobs=True)


def test_the_periodic_jobs_of_the_application_can_be_enqueued(app: Flask, dispatch: Dispatcher) -> None:
    periodic = [job for job in JOB_TYPES.of(app).values() if job.every]
    assert {job.name for job in periodic} >= {
        "metaia.orders.jobs.cancel_overdue",
        "metaia.notifications.jobs.reclaim",
        "metaia.notifications.jobs.receipts_of_expo",
    }
    with Redis.from_url(app.config["REDIS_URL"]) as redis:
        for job in periodic:
            redis.delete(f"metaia:every:{job.name}")
    dispatch.enqueue_periodic()
    for name in {job.queue for job in periodic}:
        queue: Queue = Queue(name, connection=dispatch.redis, serializer=JSONSerializer)
        asked = {job_id.rpartition("-")[0] for job_id in queue.job_ids}
        wanted = {f"every-{job.name.replace('.', '-')}" for job in periodic if job.queue == name}
        assert wanted <= asked


@pytest.fixture
def due(
    dispatch: Dispatcher,
    job_types: dict[str, JobType],
    queue: Queue,
    resting: None,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[list[int]]:
    """Give the number of jobs that `due` returns for the only job that has it; it is 0 at first."""
    wanted = [0]
    others = {name: job for name, job in job_types.items() if job.due}
    for name in others:
        monkeypatch.delitem(job_types, name)
    monkeypatch.setitem(job_types, DUE, JobType(DUE, queue=queue.name, due=lambda: wanted[0]))
    yield wanted
    for key in dispatch.redis.keys(f"metaia:due:{DUE}:*"):
        dispatch.redis.delete(key)


def look() -> None:
    """The function of the job with `due`; what it does is irrelevant here."""


DUE = f"{__name__}.look"


def work_off(queue: Queue, count: int) -> None:
    """Run a worker for the `count` oldest jobs."""
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    worker = work.Worker([queue], connection=queue.connection, serializer=JSONSerializer)
    worker.work(burst=True, max_jobs=count, logging_level="WARNING")
    for number, handler in handlers.items():
        signal.signal(number, handler)


def test_exactly_as_many_jobs_are_enqueued_as_due_returns(
    queue: Queue, dispatch: Dispatcher, due: list[int]
) -> None:
    dispatch.enqueue_due()
    assert queue.job_ids == []
    for wanted in (1, 1, 3, 2, 3):
        due[0] = wanted
        dispatch.enqueue_due()
    assert len(queue.job_ids) == 3
    assert {job.func_name for job in queue.jobs} == {DUE}


def test_work_that_is_found_after_a_job_started_gets_another_job(
    queue: Queue, dispatch: Dispatcher, due: list[int]
) -> None:
    due[0] = 1
    dispatch.enqueue_due()
    work_off(queue, 1)
    assert queue.job_ids == []
    dispatch.enqueue_due()
    assert len(queue.job_ids) == 1
    due[0] = 0
    work_off(queue, 1)
    dispatch.enqueue_due()
    assert queue.job_ids == []


def test_due_jobs_are_enqueued_again_after_redis_lost_everything(
    queue: Queue, dispatch: Dispatcher, due: list[int]
) -> None:
    due[0] = 2
    dispatch.enqueue_due()
    for key in (*dispatch.redis.keys(f"metaia:due:{DUE}:*"), queue.key):  # of this test only
        dispatch.redis.delete(key)
    dispatch.enqueue_due()
    assert len(queue.job_ids) == 2


def test_a_job_that_no_worker_starts_is_replaced_and_not_run_late(
    queue: Queue, dispatch: Dispatcher, due: list[int]
) -> None:
    due[0] = 1
    dispatch.enqueue_due()
    (job,) = queue.jobs
    slot = f"metaia:due:{DUE}:0"
    assert job.meta["slot"] == slot
    assert 0 < dispatch.redis.ttl(slot) <= UNSTARTED_SECONDS
    assert job.ttl == UNSTARTED_SECONDS
    assert job.result_ttl == 0, "nobody asks for it"
    dispatch.redis.expire(slot, 0)
    dispatch.redis.delete(job.key)  # both times to live have passed
    dispatch.enqueue_due()
    assert len(queue.job_ids) == 2
    ran = []
    for job_id in queue.job_ids:
        with contextlib.suppress(NoSuchJobError):
            ran.append(job_of(queue, job_id))
    assert len(ran) == 1
    work_off(queue, 2)
    assert queue.job_ids == []


def test_a_commit_with_work_wakes_the_dispatcher_at_once(dispatch: Dispatcher, resting: None) -> None:
    dispatch._signal.clear()
    with db.transaction():
        job_registry.wake_on_commit()
        assert not dispatch._signal.is_set(), "it may still roll back"
    assert dispatch._signal.is_set()


def test_the_pipelines_jobs_are_due_for_their_own_queues(app: Flask, dispatch: Dispatcher) -> None:
    looking = {job.name: job.queue for job in JOB_TYPES.of(app).values() if job.due}
    assert {f"metaia.notifications.jobs.{name}": name for name in QUEUES}.items() <= looking.items()
    for job in JOB_TYPES.of(app).values():
        if job.due:
            assert 0 <= job.due() <= 4
