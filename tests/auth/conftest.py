"""Fixtures for the tests of accounts: mails, logins from any address, and a clock."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from redis import Redis
from rq import Queue
from rq.serializers import JSONSerializer
from sqlalchemy import text

from metaia.auth.account import email_change
from metaia.auth.mailed_links import service as mailed_links
from metaia.core import db
from metaia.core.ids import new_id
from metaia.jobs.registry import JOBS as JOB_TYPES
from tests.support.account_mails import AccountMails
from tests.support.login_client import Clock, LoginClient
from tests.support.waiting import until

JOBS = (mailed_links.LINK_JOB, email_change.CHANGE_JOB)
WAITING = "SELECT id FROM outbox WHERE type = ANY(:jobs)"


@pytest.fixture
def account_mails(app: Flask, server: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[AccountMails]:
    """Give access to mailed links; the jobs that mail them go to a queue of this test."""
    name = f"links-{new_id()}"
    job_types = JOB_TYPES.of(app)
    for job in JOBS:
        monkeypatch.setitem(job_types, job, replace(job_types[job], queue=name))
    with Redis.from_url(app.config["REDIS_URL"]) as redis:
        queue = Queue(name, connection=redis, serializer=JSONSerializer)
        yield AccountMails(queue)
        until(lambda: not db.fetch_all(text(WAITING), {"jobs": list(JOBS)}), "none is left to the next test")
        queue.delete(delete_jobs=True)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Give the clock of login delays and codes, which the test advances."""
    return Clock(monkeypatch)


@pytest.fixture
def login_client(app: Flask, server: object, clock: Clock) -> LoginClient:
    """Give a client that logs in from any address."""
    return LoginClient(app)
