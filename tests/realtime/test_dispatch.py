"""Handing jobs to RQ: with the commit, under their own id, and never lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from redis import Redis
from redis.exceptions import ConnectionError as Unreachable
from rq import Queue
from rq.job import Job as RqJob
from rq.serializers import JSONSerializer
from sqlalchemy import text

from metaia.core import db, jobs
from metaia.core.ids import new_id
from metaia.core.jobs import REGISTRY, Job
from metaia.notifications.service import SEND
from metaia.realtime import bus, runtime
from metaia.realtime.dispatch import Dispatch
from tests.realtime.tools import until
from tests.support.people import World

JOBS = text("SELECT uid, type FROM outbox WHERE kind = 'job' AND payload ->> 'delivery_id' = :given")


@pytest.fixture
def dispatch(app: Flask, server: object) -> Dispatch:
    return runtime.of(app).dispatch


@pytest.fixture
def resting(dispatch: Dispatch, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the application's own dispatch from taking what the test looks at."""
    monkeypatch.setattr(dispatch, "leading", lambda: False)


@pytest.fixture
def queue(dispatch: Dispatch, monkeypatch: pytest.MonkeyPatch) -> Iterator[Queue]:
    """Give a queue of the test's own, to which e-mails go; those of earlier tests have gone elsewhere before."""
    until(lambda: db.fetch_value(text("SELECT count(*) FROM outbox WHERE kind = 'job'")) == 0, "the dispatch")
    name = f"mail-{new_id()}"
    monkeypatch.setitem(REGISTRY, SEND, replace(REGISTRY[SEND], queue=name))
    queue = Queue(name, connection=dispatch.redis, serializer=JSONSerializer)
    yield queue
    queue.delete(delete_jobs=True)


def ask(delivery_id: str) -> str:
    """Ask for an e-mail in a transaction, and return the id of its job."""
    with db.transaction() as unit:
        jobs.later(SEND, delivery_id=delivery_id)
        unit.writes.send(unit.connection.connection.driver_connection)  # type: ignore[arg-type]
        row = db.fetch_one(JOBS, {"given": delivery_id})
    assert row is not None
    return f"job-{row.uid}"


def waiting(delivery_id: str) -> int:
    return len(db.fetch_all(JOBS, {"given": delivery_id}))


def job_of(queue: Queue, job_id: str) -> RqJob:
    return RqJob.fetch(job_id, connection=queue.connection, serializer=JSONSerializer)


def test_a_job_goes_to_its_queue_under_its_own_id_with_its_retries(queue: Queue) -> None:
    delivery_id = new_id()
    job_id = ask(delivery_id)
    until(lambda: queue.job_ids == [job_id])
    until(lambda: not waiting(delivery_id))
    job = job_of(queue, job_id)
    assert (job.func_name, job.kwargs) == (SEND, {"delivery_id": delivery_id})
    assert (job.retries_left, job.retry_intervals) == (5, [10, 60, 300, 900, 1800])


def test_a_job_carries_the_id_of_the_request_that_asked_for_it(world: World, queue: Queue) -> None:
    person = world.person()
    person.post(
        "/api/orders",
        {"items": [{"name": "Hat", "quantity": 1, "price": 3}]},
        headers={"X-Request-ID": "the-request"},
    )
    until(lambda: queue.job_ids)
    assert {job_of(queue, job_id).meta["request_id"] for job_id in queue.job_ids} == {"the-request"}


def test_a_job_of_a_transaction_that_fails_is_never_asked_for(queue: Queue) -> None:
    never = new_id()

    def fail() -> None:
        with db.transaction():
            jobs.later(SEND, delivery_id=never)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    last = ask(new_id())
    until(lambda: last in queue.job_ids)
    assert waiting(never) == 0
    assert all(job.kwargs.get("delivery_id") != never for job in queue.jobs)


def test_a_service_cannot_ask_for_a_job_that_does_not_exist(server: object) -> None:
    with db.transaction(), pytest.raises(LookupError):
        jobs.later("metaia.nowhere.jobs.nothing")


def test_a_job_that_this_version_does_not_know_does_not_block_the_others(
    queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    unknown = "metaia.gone.jobs.gone"
    monkeypatch.setitem(REGISTRY, unknown, Job(unknown))
    first = new_id()
    with db.transaction():
        jobs.later(unknown, delivery_id=first)
        monkeypatch.delitem(REGISTRY, unknown)
    second = ask(new_id())
    until(lambda: queue.job_ids == [second])
    until(lambda: not waiting(first))


def test_while_redis_is_away_a_job_waits_in_the_outbox(
    app: Flask, queue: Queue, dispatch: Dispatch, resting: None
) -> None:
    delivery_id = new_id()
    job_id = ask(delivery_id)
    away = Dispatch("redis://127.0.0.1:1/0", lambda: True)
    with pytest.raises(Unreachable):
        away.hand_over()
    assert waiting(delivery_id) == 1
    dispatch.hand_over()
    assert queue.job_ids == [job_id]
    assert waiting(delivery_id) == 0


def test_dispatch_itself_goes_on_when_redis_comes_back(
    app: Flask, queue: Queue, dispatch: Dispatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    redis = dispatch.redis
    asked = []

    class Away:
        def __getattr__(self, name: str) -> object:
            asked.append(name)
            raise Unreachable("no Redis today")

    monkeypatch.setattr(dispatch, "redis", Away())
    delivery_id = new_id()
    job_id = ask(delivery_id)
    until(lambda: asked, "it has tried")
    assert waiting(delivery_id) == 1
    monkeypatch.setattr(dispatch, "redis", redis)
    until(lambda: queue.job_ids == [job_id])


def test_a_job_that_was_handed_over_twice_is_one_job(queue: Queue, dispatch: Dispatch, resting: None) -> None:
    """Redis took it and the process died before it deleted the row."""
    delivery_id = new_id()
    job_id = ask(delivery_id)
    dispatch._enqueue([(SEND, job_id, {"delivery_id": delivery_id}, None)])
    dispatch.hand_over()
    assert set(queue.job_ids) == {job_id}
    assert job_of(queue, job_id).kwargs == {"delivery_id": delivery_id}


def test_a_process_that_does_not_lead_hands_nothing_over(
    queue: Queue, resting: None, dispatch: Dispatch
) -> None:
    delivery_id = new_id()
    ask(delivery_id)
    for _ in range(3):
        dispatch.wake()
        until(lambda: not dispatch._signal.is_set(), "it has looked")
    assert waiting(delivery_id) == 1
    assert queue.job_ids == []
    dispatch.hand_over()


def test_a_periodic_job_is_enqueued_once_in_each_slot(
    app: Flask, dispatch: Dispatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = f"tests.periodic-{new_id()}"
    monkeypatch.setitem(REGISTRY, name, Job(name, queue=name, every=10**8))
    queue = Queue(name, connection=dispatch.redis, serializer=JSONSerializer)
    others = [Dispatch(app.config["REDIS_URL"], lambda: True) for _ in range(2)]
    for clock in (*others, dispatch, *others):
        clock.clockwork()
    assert len(queue.job_ids) == 1
    with bus.connect(app.config["REDIS_URL"]) as redis:
        redis.set(f"metaia:every:{name}", -1)  # as if the slot had passed
    for clock in others:
        clock.clockwork()
        clock.redis.close()
    assert len(set(queue.job_ids)) == 1  # the same slot has the same id
    assert len(queue.job_ids) == 2
    queue.delete(delete_jobs=True)


def test_the_periodic_jobs_of_the_application_can_be_enqueued(app: Flask, dispatch: Dispatch) -> None:
    periodic = [job for job in REGISTRY.values() if job.every]
    assert {job.name for job in periodic} >= {
        "metaia.orders.jobs.cancel_overdue",
        "metaia.notifications.jobs.sweep",
    }
    queue: Queue = Queue("default", connection=dispatch.redis, serializer=JSONSerializer)
    with Redis.from_url(app.config["REDIS_URL"]) as redis:
        for job in periodic:
            redis.delete(f"metaia:every:{job.name}")
    dispatch.clockwork()
    asked = {job_id.rpartition("-")[0] for job_id in queue.job_ids}
    assert {f"every-{job.name.replace('.', '-')}" for job in periodic} <= asked
