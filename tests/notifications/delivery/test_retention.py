"""Retention: old notifications are purged with their deliveries."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from metaia.core import db
from metaia.jobs import registry as job_registry
from metaia.notifications import jobs, retention
from tests.support.people import Person, World
from tests.support.pipeline import Pipeline
from tests.support.vendors import Vendors

DAYS = 20 * 365  # older than the rows of all other tests


def age(person: Person, days: int) -> None:
    """Make the notifications of a person so many days old."""
    with db.transaction():
        moved = "UPDATE notifications SET created_at = created_at - make_interval(days => :days) WHERE user_id = :id"
        db.execute(text(moved), {"days": days, "id": person.id})


def kept(person: Person) -> int:
    query = text("SELECT count(*) FROM notifications WHERE user_id = :id AND type = 'order_ready'")
    return int(db.fetch_value(query, {"id": person.id}))


@pytest.fixture
def told(pipeline: Pipeline, vendors: Vendors, customer: Person) -> Person:
    """Give a customer with five notifications, all sent by SMS too."""
    for number in range(5):
        pipeline.notify(customer, "order_ready", f"M{number}")
    pipeline.run()
    return customer


def rows(person: Person) -> int:
    """Return the number of deliveries and of attempts of a person."""
    query = text(
        "SELECT (SELECT count(*) FROM deliveries WHERE user_id = :id) + (SELECT count(*) FROM delivery_attempts"
        " WHERE delivery_id IN (SELECT id FROM deliveries WHERE user_id = :id))"
    )
    return int(db.fetch_value(query, {"id": person.id}))


def test_what_is_old_goes_in_batches_with_its_deliveries_and_the_rest_stays(
    told: Person, pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    assert retention.purge(DAYS) == (0, False)
    age(told, DAYS + 1)
    pipeline.notify(told, "order_ready", "new")
    pipeline.run()
    gone, more = retention.purge(DAYS)
    assert (gone >= 5, more, kept(told)) == (True, False, 1)
    left = pipeline.deliveries(told)
    assert {row.channel for row in left} == {"email", "sms", "push"}
    assert rows(told) == 3 + 2


def test_what_is_not_sent_yet_stays_however_old(told: Person, pipeline: Pipeline) -> None:
    pipeline.notify(told, "order_ready", "unplanned")
    age(told, DAYS + 1)
    pipeline.change(told, "status", "queued", status="sent")
    retention.purge(DAYS)
    assert kept(told) == 6


def test_a_job_goes_on_behind_others_when_there_is_much(
    app: Flask, told: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(job_registry, "enqueue", asked.append)
    monkeypatch.setattr(jobs, "SECONDS", 0.0)
    monkeypatch.setattr(retention, "BATCH", 3)
    monkeypatch.setitem(app.config, "NOTIFICATION_DAYS", DAYS)
    age(told, DAYS + 1)
    jobs.prune()
    assert (kept(told), asked) == (2, ["metaia.notifications.jobs.prune"])
    jobs.prune()
    assert (kept(told), len(asked)) == (0, 1)


def test_for_ever_is_for_ever(told: Person) -> None:
    age(told, DAYS + 1)
    assert retention.purge(0) == (0, False)
    assert kept(told) == 5


def test_the_command_prunes_at_once(app: Flask, world: World, told: Person) -> None:
    age(told, DAYS + 1)
    runner = app.test_cli_runner()
    assert runner.invoke(args=["notifications", "prune", "--days", "0"]).exit_code == 2
    result = runner.invoke(args=["notifications", "prune", "--days", str(DAYS)])
    assert (result.exit_code, kept(told)) == (0, 0)
    assert result.output.startswith("deleted ")
