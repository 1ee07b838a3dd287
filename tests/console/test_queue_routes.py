"""Queues over REST: what there is, failed jobs and their retry, and bad input."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from redis.exceptions import ConnectionError as Unreachable
from rq import Queue, SimpleWorker
from rq.job import Job
from rq.serializers import JSONSerializer

from metaia.core.http import pagination
from metaia.realtime import runtime
from tests.console.conftest import Fail
from tests.console.test_queues import entries
from tests.support.people import Person, World
from tests.support.staff_browser import code_of

QUEUES, JOBS = "/api/admin/queues", "/api/admin/jobs"


@pytest.fixture
def support(world: World) -> Person:
    """Give a support user."""
    return world.staff("support")


def jobs(person: Person, queue: Queue, query: str = "") -> list[dict[str, Any]]:
    answer = person.get(f"{QUEUES}/{queue.name}/jobs{query}")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["data"]["jobs"]
    return found


def test_each_queue_has_the_number_of_its_jobs(support: Person, queue: Queue, fail: Fail) -> None:
    fail()
    queue.enqueue("metaia.nowhere.nothing")
    found = {one["name"]: one for one in support.get(QUEUES).json()["data"]["queues"]}[queue.name]
    assert (found["queued"], found["failed"], found["started"]) == (1, 1, 0)


def test_a_worker_is_shown_with_its_job(support: Person, queue: Queue) -> None:
    worker = SimpleWorker([queue], connection=queue.connection, serializer=JSONSerializer)
    worker.register_birth()
    try:
        job = queue.enqueue("metaia.nowhere.nothing")
        worker.set_current_job_id(job.id)
        workers = support.get(QUEUES).json()["data"]["workers"]
        [found] = [one for one in workers if one["name"] == worker.name]
        assert (found["queues"], found["jobId"]) == ([queue.name], job.id)
    finally:
        worker.register_death()


def test_a_failed_job_is_listed_with_its_arguments_and_error(
    support: Person, queue: Queue, fail: Fail
) -> None:
    job = fail(order="1")
    [found] = jobs(support, queue)
    assert (found["id"], found["state"], found["name"]) == (job.id, "failed", "tests.console.broken.fail")
    assert found["arguments"] == {"order": "1"}
    assert "ValueError: {'order': '1'}" in found["error"]
    assert found["endedAt"] is not None
    assert support.get(f"{JOBS}/{job.id}").json()["data"]["job"] == found


def test_pages_of_waiting_jobs_have_each_job_once(support: Person, queue: Queue) -> None:
    wanted = [queue.enqueue("metaia.nowhere.nothing").id for _ in range(5)]
    found, cursor = [], None
    for size in (2, 2, 1):
        more = f"&cursor={cursor}" if cursor else ""
        answer = support.get(f"{QUEUES}/{queue.name}/jobs?state=queued&limit=2{more}").json()
        assert len(answer["data"]["jobs"]) == size
        found += [job["id"] for job in answer["data"]["jobs"]]
        cursor = answer["meta"]["nextCursor"]
    assert (found, cursor) == (wanted, None)


def test_pages_of_failed_jobs_have_each_job_once(support: Person, queue: Queue, fail: Fail) -> None:
    wanted = {fail().id for _ in range(3)}
    first = support.get(f"{QUEUES}/{queue.name}/jobs?limit=2").json()
    rest = support.get(f"{QUEUES}/{queue.name}/jobs?limit=2&cursor={first['meta']['nextCursor']}").json()
    found = [job["id"] for job in (*first["data"]["jobs"], *rest["data"]["jobs"])]
    assert (len(found), set(found), rest["meta"]["nextCursor"]) == (3, wanted, None)


def test_a_failed_job_is_retried_once_and_audited(support: Person, queue: Queue, fail: Fail) -> None:
    job = fail()
    answer = support.post(f"{JOBS}/{job.id}/retry")
    assert answer.json()["data"] == {"count": 1}
    assert queue.job_ids == [job.id]
    again = support.post(f"{JOBS}/{job.id}/retry")
    assert (again.status_code, code_of(again)) == (409, "conflict")
    [entry] = entries(job.id)
    assert (entry.action, entry.actor_id) == ("queue.requeue", support.id)


def test_all_failed_jobs_of_a_queue_are_retried(support: Person, queue: Queue, fail: Fail) -> None:
    wanted = {fail().id for _ in range(2)}
    assert support.post(f"{QUEUES}/{queue.name}/retry").json()["data"] == {"count": 2}
    assert set(queue.job_ids) == wanted
    assert [entry.action for entry in entries(f"queue-{queue.name}")] == ["queue.requeue_all"]


def test_a_job_is_deleted_and_audited(support: Person, fail: Fail) -> None:
    job = fail()
    assert support.delete(f"{JOBS}/{job.id}").json()["data"] == {"count": 1}
    assert not Job.exists(job.id, connection=job.connection)
    assert support.delete(f"{JOBS}/{job.id}").status_code == 404
    assert support.get(f"{JOBS}/{job.id}").status_code == 404
    assert [entry.action for entry in entries(job.id)] == ["queue.delete"]


def test_a_job_that_is_no_json_is_shown_without_arguments(support: Person, queue: Queue, fail: Fail) -> None:
    job = fail()
    job.connection.hset(job.key, "data", b"\x80\x04N.")  # a pickle
    [found] = jobs(support, queue)
    assert (found["id"], found["name"], found["arguments"]) == (job.id, "", None)
    assert support.post(f"{JOBS}/{job.id}/retry").status_code == 200


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("?state=lost", "state"),
        ("?state=", "state"),
        ("?limit=0", "limit"),
        ("?limit=101", "limit"),
        ("?cursor=x", "cursor"),
        ("?more=1", "more"),
    ],
)
def test_a_query_of_another_shape_is_refused(support: Person, queue: Queue, query: str, field: str) -> None:
    queue.enqueue("metaia.nowhere.nothing")
    answer = support.get(f"{QUEUES}/{queue.name}/jobs{query}")
    assert (answer.status_code, list(answer.json()["error"]["details"])) == (422, [field])


def test_a_cursor_of_another_list_is_refused(app: Flask, support: Person, queue: Queue) -> None:
    queue.enqueue("metaia.nowhere.nothing")
    with app.app_context():
        foreign = pagination.encode("-createdAt", ["2026-01-01T00:00:00+00:00", "1"])
    answer = support.get(f"{QUEUES}/{queue.name}/jobs?cursor={foreign}")
    assert (answer.status_code, list(answer.json()["error"]["details"])) == (422, ["cursor"])


@pytest.mark.parametrize("name", ["nothing-of-this-name", "a b", "a%00b", "x" * 121, "..%2fx"])
def test_names_that_no_queue_or_job_has_are_not_found(support: Person, name: str) -> None:
    assert support.get(f"{QUEUES}/{name}/jobs").status_code == 404
    assert support.post(f"{QUEUES}/{name}/retry").status_code == 404
    assert support.get(f"{JOBS}/{name}").status_code == 404
    assert support.post(f"{JOBS}/{name}/retry").status_code == 404


def test_without_redis_the_answer_is_503(
    app: Flask, support: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: Any, **__: Any) -> None:
        raise Unreachable("no Redis today")

    monkeypatch.setattr(runtime.of(app).dispatcher.redis, "execute_command", away)
    answer = support.get(f"{JOBS}/job-1")
    assert (answer.status_code, code_of(answer)) == (503, "unavailable")
