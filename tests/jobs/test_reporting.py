"""A worker counts the exceptions and durations of its jobs, and reports them between two jobs and at its end."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from rq import Queue
from sqlalchemy import select

from metaia.core import db
from metaia.core.ids import new_id
from metaia.core.observing import reporters
from metaia.core.observing.reporters import REPORTERS, Reporter, Schedule
from metaia.jobs import loop
from metaia.system.errors.models import ErrorRow
from metaia.system.performance.models import PerformanceMinute

Work = Callable[[], None]
NAME = f"Broken{new_id().replace('-', '')}"
Broken: type[Exception] = type(NAME, (Exception,), {})


def succeed() -> None:
    """A job that succeeds."""


def fail() -> None:
    """A job that fails in a function of METAIA."""

    def step() -> int:
        raise Broken

    loop.work_off(step)


@pytest.fixture
def context(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


@pytest.mark.usefixtures("context")
def test_a_failed_job_is_an_error_with_its_request(queue: Queue, work_off: Work) -> None:
    request_id = new_id()
    queue.enqueue(f"{__name__}.fail", meta={"request_id": request_id})
    queue.enqueue(f"{__name__}.succeed")
    work_off()
    columns = (ErrorRow.function, ErrorRow.count, ErrorRow.request_ids)
    row = db.fetch_one(select(*columns).where(ErrorRow.type.endswith(NAME)))
    assert row is not None
    assert tuple(row) == ("metaia.jobs.loop:work_off", 1, [request_id])
    found = db.fetch_all(select(PerformanceMinute.__table__).where(PerformanceMinute.name == queue.name))
    runs = [one for one in found if one.kind == "job_run"]
    assert (sum(sum(one.counts) for one in runs), sum(one.errors for one in runs)) == (2, 1)
    assert sum(sum(one.counts) for one in found if one.kind == "job_wait") == 2


def test_reporters_are_called_when_they_are_due(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[str] = []
    some = {
        "often": Reporter(lambda: called.append("often"), 0.0),
        "seldom": Reporter(lambda: called.append("seldom"), 3_600.0),
    }
    monkeypatch.setattr(REPORTERS, "of", lambda _: some)
    schedule = Schedule(app)
    schedule.run_due()
    schedule.run_due()
    assert called == ["often", "often"]
    reporters.report_all(app)
    assert called == ["often", "often", "often", "seldom"]


def test_a_reporter_that_raises_disturbs_nothing(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[str] = []

    def broken() -> None:
        raise ZeroDivisionError

    some = {"broken": Reporter(broken, 0.0), "other": Reporter(lambda: called.append("other"), 0.0)}
    monkeypatch.setattr(REPORTERS, "of", lambda _: some)
    reporters.report_all(app)
    assert called == ["other"]
