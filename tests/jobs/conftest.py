"""A worker in the test's own process, for e-mails of this test only, and an SMTP server to send them to."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from redis import Redis
from rq import Queue
from rq.registry import ScheduledJobRegistry
from rq.serializers import JSONSerializer

from metaia import work
from metaia.core import outbox
from metaia.core.ids import new_id
from metaia.core.jobs import REGISTRY
from metaia.notifications.sending import SEND
from tests.jobs.smtp import Mailbox, mailbox


@pytest.fixture
def queue(app: Flask, server: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[Queue]:
    """Give a queue of the test's own, to which e-mails go."""
    name = f"mail-{new_id()}"
    monkeypatch.setitem(REGISTRY, SEND, replace(REGISTRY[SEND], queue=name))
    with Redis.from_url(app.config["REDIS_URL"]) as redis:
        queue = Queue(name, connection=redis, serializer=JSONSerializer)
        yield queue
        queue.delete(delete_jobs=True)


@pytest.fixture
def smtp(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    """Give an SMTP server that the application sends to."""
    with mailbox() as running:
        monkeypatch.setitem(app.config, "SMTP_URL", running.url)
        yield running


@pytest.fixture
def work_off(app: Flask, queue: Queue, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """Give a function that runs the worker, as worker.py does, until the queue is empty."""
    endless = work.Worker.work

    def until_empty(worker: Any, **options: Any) -> bool:
        return bool(endless(worker, **options, burst=True))

    monkeypatch.setattr(work.Worker, "work", until_empty)
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    listeners = {kind: list(calls) for kind, calls in outbox._listeners.items()}
    yield lambda: work.run(app, queue.name)
    outbox._listeners.update(listeners)
    for number, handler in handlers.items():
        signal.signal(number, handler)


@pytest.fixture
def pause_over(queue: Queue) -> Callable[[], list[float]]:
    """Give a function that lets the pause before a retry be over; it returns how long the pauses were to be."""

    def end() -> list[float]:
        registry = ScheduledJobRegistry(queue=queue)
        moment = datetime.now(UTC)
        pauses = []
        for job_id in registry.get_job_ids():
            pauses.append((registry.get_scheduled_time(job_id) - moment).total_seconds())
            queue.connection.zadd(registry.key, {job_id: (moment - timedelta(seconds=1)).timestamp()})
        return pauses

    return end
