"""A worker in the process of the test, stubs of vendors, a mailbox, and a queue of this test only."""

from __future__ import annotations

import random
import signal
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from redis import Redis
from rq import Queue
from rq.serializers import JSONSerializer

from metaia.core import outbox
from metaia.core.ids import new_id
from metaia.jobs import worker as work
from metaia.notifications.registry import NOTIFICATION_TYPES
from metaia.providers import http
from tests.support.people import Person, World
from tests.support.pipeline import Pipeline
from tests.support.smtp_server import Mailbox, mailbox
from tests.support.vendors import Vendors


@pytest.fixture
def queue(app: Flask, server: object) -> Iterator[Queue]:
    """Give a queue that no other test uses."""
    with Redis.from_url(app.config["REDIS_URL"]) as redis:
        queue = Queue(f"test-{new_id()}", connection=redis, serializer=JSONSerializer)
        yield queue
        queue.delete(delete_jobs=True)


@pytest.fixture
def work_off(app: Flask, queue: Queue, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """Give a function that runs the worker, as worker.py does, until the queue is empty."""
    endless = work.Worker.work

    def until_empty(worker: Any, **options: Any) -> bool:
        return bool(endless(worker, **options, burst=True))

    monkeypatch.setattr(work.Worker, "work", until_empty)
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    listeners = {kind: list(calls) for kind, calls in outbox.listeners.of(app).items()}
    yield lambda: work.run(app, queue.name)
    outbox.listeners.of(app).update(listeners)
    for number, handler in handlers.items():
        signal.signal(number, handler)


@pytest.fixture
def smtp() -> Iterator[Mailbox]:
    """Give an SMTP server."""
    with mailbox() as running:
        yield running


@pytest.fixture
def vendors(smtp: Mailbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[Vendors]:
    """Give stubs of all vendors, and the mailbox. Timeouts are short."""
    monkeypatch.setattr(http, "TIMEOUTS", (1.0, 0.2))
    running = Vendors()
    running.settings["SMTP_URL"] = smtp.url
    with running.stub:
        yield running
        running.close()


@pytest.fixture
def pipeline(
    app: Flask, server: object, vendors: Vendors, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Pipeline]:
    """Give the pipeline, with a queue of this test only and one provider for each channel."""
    queue = f"t{new_id()[-9:]}"
    types = NOTIFICATION_TYPES.of(app)
    for name, type_ in list(types.items()):
        if name == "verify_email":
            continue  # each registration sends one, and these tests are not about it
        monkeypatch.setitem(types, name, replace(type_, queue=queue))  # type: ignore[arg-type]
    with app.app_context():
        yield Pipeline(queue, vendors.failover("smtp", "twilio", "fcm", "webpush", "expo"))


@pytest.fixture
def phone() -> str:
    """Give a telephone number that no other test uses."""
    return f"+9198{random.randrange(10**8):08}"


@pytest.fixture
def customer(world: World, phone: str) -> Person:
    """Give a customer with a telephone. The name needs escaping, and the number needs normalizing."""
    return world.person(
        name="Zoë <b>Bold</b>", phone=f"{phone[:3]} ({phone[3:7]}) {phone[7:10]}-{phone[10:]}"
    )
