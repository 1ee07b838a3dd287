"""Notifications of a type that this release does not know: they wait for a worker of a newer one, for a day."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from metaia.core import db
from metaia.notifications.delivery import queries
from metaia.notifications.registry import NOTIFICATION_TYPES
from tests.support.people import Person
from tests.support.pipeline import Pipeline
from tests.support.smtp_server import Mailbox

TYPE = "order_rejected"
UNPLANNED = text(
    "SELECT count(*) FROM notifications WHERE user_id = :user AND type = 'order_rejected' AND planned_at IS NULL"
)


def age(person: Person, table: str) -> None:
    """Make a person's rows in `table` more than a day old, and due."""
    due = ", due_at = now()" if table == "deliveries" else ""
    with db.transaction():
        db.execute(
            text(f"UPDATE {table} SET created_at = now() - interval '25 hours'{due} WHERE user_id = :user"),
            {"user": person.id},
        )


def test_an_older_worker_leaves_what_it_cannot_plan_and_a_newer_one_sends_it(
    customer: Person, pipeline: Pipeline, smtp: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was marked as planned, and never sent."""
    monkeypatch.setattr(queries, "QUEUES", [pipeline.queue])
    pipeline.notify(customer, TYPE)
    with monkeypatch.context() as older:
        older.delitem(NOTIFICATION_TYPES.current(), TYPE)
        pipeline.run()
        assert db.fetch_value(UNPLANNED, {"user": customer.id}) == 1
        assert queries.backlog(10)[pipeline.queue] == 0, "the leader enqueues no job for it"
    assert queries.backlog(10)[pipeline.queue] == 1
    pipeline.run()
    assert pipeline.only(customer, "email").status == "sent"
    assert len(smtp.mails) == 1


def test_an_older_worker_postpones_what_a_newer_one_has_planned(
    customer: Person, pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipeline.notify(customer, TYPE)
    pipeline.plan()
    monkeypatch.delitem(NOTIFICATION_TYPES.current(), TYPE)
    pipeline.run()
    row = pipeline.only(customer, "email")
    assert (row.status, row.reason) == ("queued", "unknown_type")
    age(customer, "deliveries")
    pipeline.run()
    row = pipeline.only(customer, "email")
    assert (row.status, row.reason) == ("failed", "unknown_type")


def test_what_no_worker_knows_for_a_day_is_not_sent(
    customer: Person, pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipeline.notify(customer, TYPE)
    monkeypatch.delitem(NOTIFICATION_TYPES.current(), TYPE)
    age(customer, "notifications")
    pipeline.run()
    assert db.fetch_value(UNPLANNED, {"user": customer.id}) == 0
    assert pipeline.deliveries(customer) == []
