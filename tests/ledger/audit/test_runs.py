"""Runs of the auditor: by command, by job, and what is kept of them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from metaia.core import db
from metaia.core.times import now
from metaia.jobs.registry import JOBS
from metaia.ledger.audit import jobs, queries, registry, service
from metaia.ledger.audit.rules import LEDGER_RULES
from tests.ledger.conftest import Books

BAD = ("order-1", "1000 INR", "999 INR")


@pytest.fixture
def found(app: Flask):
    """Register a rule that a domain above could have, and that is broken."""
    registry.RULES.register(app, "order_is_paid", lambda _: [BAD])
    yield
    del registry.RULES.of(app)["order_is_paid"]


@pytest.fixture
def ledger_alone(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave only the ledger's own rules: tests of the domains above leave rows that break theirs."""
    for name in registry.RULES.of(app).keys() - LEDGER_RULES.keys():
        monkeypatch.delitem(registry.RULES.of(app), name)


@pytest.mark.usefixtures("ledger_alone")
def test_the_command_finds_nothing_in_sound_books(app: Flask, books: Books) -> None:
    books.move("gateway", "due", 1000)
    for options in ([], ["--full"]):
        result = app.test_cli_runner().invoke(args=["audit-money", *options])
        assert result.exit_code == 0, result.output
        assert f"{len(LEDGER_RULES)} rules, 0 findings" in result.output


@pytest.mark.usefixtures("found")
def test_the_command_lists_findings_of_higher_domains_and_fails(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["audit-money"])
    assert result.exit_code == 1
    assert "order_is_paid: order-1: expected 1000 INR, found 999 INR" in result.output


@pytest.mark.usefixtures("found")
def test_a_requested_run_is_performed_once_and_kept() -> None:
    with db.transaction():
        run_id = service.create(full=False, cause="test")
    assert jobs.run(run_id) == 1
    assert jobs.run(run_id) == 0
    latest = queries.latest()
    assert latest is not None
    assert latest.id == run_id
    assert latest.findings == [
        {"rule": "order_is_paid", "subject": BAD[0], "expected": BAD[1], "found": BAD[2]}
    ]


def test_runs_are_scheduled_hourly_and_nightly(app: Flask) -> None:
    every = {name: job.every for name, job in JOBS.of(app).items() if name.startswith("metaia.ledger.audit")}
    assert every == {
        "metaia.ledger.audit.jobs.run": None,
        "metaia.ledger.audit.jobs.quick": 3600,
        "metaia.ledger.audit.jobs.full": 86_400,
    }
    before = now()
    jobs.quick()
    jobs.full()
    with db.transaction():
        assert service.purge(before - timedelta(days=1)) == 0
