"""The dashboard: failed jobs are shown and retried, and arguments of jobs are text."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from redis.exceptions import ConnectionError as Unreachable
from rq import Queue, SimpleWorker
from rq.job import Job
from rq.serializers import JSONSerializer

from metaia.core import db
from metaia.core.audit import log as audit_log
from metaia.jobs import dispatcher
from metaia.jobs.registry import JOBS
from metaia.realtime import runtime
from metaia.users import queries as user_queries
from tests.console.conftest import Fail
from tests.support.staff_browser import Browser, code_of, make_staff

RQ = "/admin/rq"
EVIL = "<img src=x onerror=alert(1)></script><script>alert(2)</script>"


def entries(subject: str) -> list[Any]:
    table = audit_log.AuditEntry.__table__
    query = table.select().where(table.c.subject == subject).order_by(table.c.id)
    return db.fetch_all(query)


def failed(staff: Browser, queue: str) -> list[dict[str, Any]]:
    answer = staff.get(f"{RQ}/0/data/jobs/{queue}/failed/8/asc/1.json")
    assert answer.status_code == 200, answer.text
    jobs: list[dict[str, Any]] = answer.json()["jobs"]
    return jobs


def test_what_failed_is_there_with_its_reason(staff: Browser, fail: Fail) -> None:
    job = fail(order="1")
    [found] = failed(staff, job.origin)
    assert found["id"] == job.id
    assert "ValueError: {'order': '1'}" in found["exc_info"]
    one = staff.get(f"{RQ}/0/data/job/{job.id}.json").json()
    assert (one["status"], one["origin"]) == ("failed", job.origin)
    queues = {each["name"]: each for each in staff.get(f"{RQ}/0/data/queues.json").json()["queues"]}
    assert queues[job.origin]["failed_job_registry_count"] == 1
    assert staff.get(f"{RQ}/0/view/job/{job.id}").status_code == 200


def test_it_is_tried_again_and_the_audit_log_says_by_whom(
    stranger: Browser, fail: Fail, queue: Queue
) -> None:
    email = make_staff()
    stranger.log_in(email)
    job = fail()
    answer = stranger.change(f"{RQ}/job/{job.id}/requeue")
    assert answer.json() == {"status": "success", "data": {"count": 1}}
    assert queue.job_ids == [job.id]
    assert failed(stranger, job.origin) == []
    [entry] = entries(job.id)
    person = user_queries.with_email(email)
    assert person is not None
    assert (entry.action, entry.actor_id, entry.actor_role) == ("queue.requeue", person.id, "support")
    assert entry.after == {"job": "tests.console.broken.fail", "queue": queue.name}


def test_only_what_failed_is_tried_again(staff: Browser, queue: Queue) -> None:
    job = queue.enqueue("metaia.nowhere.nothing")
    answer = staff.change(f"{RQ}/job/{job.id}/requeue")
    assert (answer.status_code, code_of(answer)) == (409, "conflict")
    assert entries(job.id) == []


def test_all_of_a_queue_are_tried_again(staff: Browser, fail: Fail, queue: Queue) -> None:
    job_ids = {fail().id for _ in range(3)}
    gone = fail()
    gone.connection.delete(gone.key)
    assert staff.change(f"{RQ}/requeue/{queue.name}").json()["data"]["count"] == 4
    assert set(queue.job_ids) == job_ids
    assert queue.failed_job_registry.get_job_ids(cleanup=False) == []
    [entry] = entries(f"queue-{queue.name}")
    assert (entry.action, entry.after) == ("queue.requeue_all", {"jobs": 4})


def test_a_job_is_thrown_away(staff: Browser, fail: Fail) -> None:
    job = fail()
    assert staff.change(f"{RQ}/job/{job.id}/delete").status_code == 200
    assert not Job.exists(job.id, connection=job.connection)
    assert [entry.action for entry in entries(job.id)] == ["queue.delete"]
    assert staff.change(f"{RQ}/job/{job.id}/delete").status_code == 404
    assert staff.change(f"{RQ}/job/{job.id}/requeue").status_code == 404
    assert staff.get(f"{RQ}/0/view/job/{job.id}").status_code == 404


def test_a_registry_and_a_queue_are_emptied(staff: Browser, fail: Fail, queue: Queue) -> None:
    fail()
    assert staff.change(f"{RQ}/queue/{queue.name}/failed/empty").json()["data"]["count"] == 1
    assert failed(staff, queue.name) == []
    kept = queue.enqueue("metaia.nowhere.nothing")
    queue.push_job_id("job-that-is-gone")
    assert staff.change(f"{RQ}/queue/{queue.name}/compact").json()["data"]["count"] == 1
    assert staff.change(f"{RQ}/queue/{queue.name}/compact").json()["data"]["count"] == 0
    assert queue.job_ids == [kept.id]
    assert staff.change(f"{RQ}/queue/{queue.name}/queued/empty").json()["data"]["count"] == 1
    assert queue.job_ids == []
    assert [entry.action for entry in entries(f"queue-{queue.name}")] == [
        "queue.empty", "queue.compact", "queue.compact", "queue.empty",
    ]  # fmt: skip


def test_a_worker_at_work_is_shown(staff: Browser, queue: Queue) -> None:
    """Its job is JSON, which rq-dashboard would read as a pickle."""
    worker = SimpleWorker([queue], connection=queue.connection, serializer=JSONSerializer)
    worker.register_birth()
    try:
        job = queue.enqueue("metaia.nowhere.nothing", kwargs={"order": "1"})
        worker.set_current_job_id(job.id)
        found = staff.get(f"{RQ}/0/data/workers.json")
        assert found.status_code == 200, found.text
        [mine] = [each for each in found.json()["workers"] if each["name"] == worker.name]
        assert mine["current_job"]["call_string"] == "metaia.nowhere.nothing(order='1')"
    finally:
        worker.register_death()


def test_nothing_in_redis_is_unpickled(staff: Browser, fail: Fail, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: bytes) -> None:
        raise AssertionError("a pickle was loaded")

    job = fail()
    monkeypatch.setattr("rq.serializers.DefaultSerializer.loads", refuse)
    for path in ("view/workers", "data/workers.json", f"view/job/{job.id}", f"data/job/{job.id}.json"):
        assert staff.get(f"{RQ}/0/{path}").status_code == 200
    assert failed(staff, job.origin)
    assert staff.change(f"{RQ}/job/{job.id}/requeue").status_code == 200


# Arguments of jobs


def test_every_value_is_written_as_text(staff: Browser, fail: Fail) -> None:
    job = fail(name=EVIL)
    pages = ["", "0/view/workers", f"0/view/jobs/{job.origin}/failed/8/asc/1", f"0/view/job/{job.id}"]
    for path in pages:
        page = staff.get(f"{RQ}/{path}").text
        assert "<%=" not in page, path
        assert "<%-" in page, path
        assert ".html() %>" not in page, path
        assert EVIL not in page
    answer = staff.get(f"{RQ}/0/data/job/{job.id}.json")
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert EVIL in answer.json()["description"].replace("\\'", "'")


@pytest.mark.parametrize("name", ["');alert(1);//", "<script>", "a'b", "a b", "a%00b", "../x", "x" * 121])
def test_names_that_are_none_are_not_found(staff: Browser, name: str) -> None:
    """A script of the page contains them."""
    for path in (
        f"0/view/jobs/{name}/failed/8/asc/1",
        f"0/data/jobs/{name}/failed/8/asc/1.json",
        f"0/view/job/{name}",
    ):
        answer = staff.get(f"{RQ}/{path}")
        assert answer.status_code == 404, path
        assert name not in answer.text


@pytest.mark.parametrize(
    "path",
    ["1/view/queues", "0/view/jobs/default/failed/0/asc/1", "0/view/jobs/default/failed/201/asc/1",
     "0/view/jobs/default/failed/8/up/1", "0/view/jobs/default/nothing/8/asc/1",
     "0/data/jobs/default/failed/8/asc/0.json", "0/data/jobs/default/failed/x/asc/1.json",
     "static/../web.py", "static/%2e%2e/web.py", "static/nothing.js"],
)  # fmt: skip
def test_addresses_that_make_no_sense_are_not_found(staff: Browser, path: str) -> None:
    assert staff.get(f"{RQ}/{path}").status_code == 404


def test_without_redis_it_says_so(app: Flask, staff: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: Any, **__: Any) -> None:
        raise Unreachable("no Redis today")

    csrf = staff.csrf()
    monkeypatch.setattr(runtime.of(app).dispatcher.redis, "execute_command", away)
    answer = staff.get(f"{RQ}/0/data/queues.json")
    assert (answer.status_code, code_of(answer)) == (503, "unavailable")
    answer = staff.post(f"{RQ}/job/job-1/requeue", headers={"X-CSRF-Token": csrf})
    assert answer.status_code == 503


def test_the_address_of_redis_is_told_to_nobody(app: Flask, staff: Browser) -> None:
    assert re.search(r"127\.0\.0\.1|redis(\+\w+)?://|unix://", staff.get(f"{RQ}/").text) is None


# Retention


def test_what_fails_is_kept_long_enough(app: Flask) -> None:
    kept = {
        job.every is None: dispatcher._prepared(job, "job-1", {}, {}).failure_ttl
        for job in JOBS.of(app).values()
    }
    assert kept == {True: 30 * 86400, False: 86400}


def test_what_failed_stays_for_its_time(queue: Queue, work_off: Callable[[], None]) -> None:
    job = queue.enqueue("tests.console.broken.fail", failure_ttl=dispatcher.FAILED_SECONDS)
    work_off()
    left = queue.connection.zscore(queue.failed_job_registry.key, job.id)
    assert left is not None
    assert queue.connection.ttl(job.key) > 29 * 86400
