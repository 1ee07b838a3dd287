"""Fixtures of the tests of staff's pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from redis import Redis
from rq import Queue
from rq.job import Job, JobStatus
from rq.serializers import JSONSerializer

from metaia.core.ids import new_id
from tests.console import broken
from tests.support.server import Server
from tests.support.staff_browser import Browser, make_staff
from tests.support.worker import work_off

__all__ = ["work_off"]  # a fixture: the worker, on `queue`
Fail = Callable[..., Job]


@pytest.fixture
def stranger(server: Server) -> Iterator[Browser]:
    """Give a browser without a session."""
    browser = Browser(server.url)
    with browser.http:
        yield browser


@pytest.fixture
def staff(stranger: Browser) -> Browser:
    """Give a browser with the session of a support user."""
    answer = stranger.log_in(make_staff())
    assert answer.status_code == 200, answer.text
    return stranger


@pytest.fixture
def queue(app: Flask, server: Server) -> Iterator[Queue]:
    """Give a queue that no other test uses."""
    with Redis.from_url(app.config["REDIS_URL"]) as redis:
        queue = Queue(f"test-{new_id()}", connection=redis, serializer=JSONSerializer)
        yield queue
        queue.delete(delete_jobs=True)


@pytest.fixture
def fail(queue: Queue, work_off: Callable[[], None]) -> Fail:
    """Give a function that runs a failing job with these arguments in the worker."""

    def failed(**arguments: Any) -> Job:
        job = queue.enqueue(broken.fail, kwargs=arguments, job_id=f"job-{new_id()}")
        work_off()
        assert job.get_status() == JobStatus.FAILED
        return job

    return failed
