"""An operation goes on after a crash, stops when it is cancelled, and repeats only what has failed."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import Context
from datetime import timedelta
from typing import TypeVar

import gevent
import pytest
from flask import Flask
from sqlalchemy import text

from metaia.core import db, fault_injection
from metaia.core.json import Json
from metaia.core.times import now
from metaia.operations import advance, items, jobs, load, queries
from tests.operations.conftest import Orders
from tests.support import operations
from tests.support.operations import act, counted, finish, ordered, results, shown
from tests.support.people import Person, World

T = TypeVar("T")


class Killed(BaseException):
    """Stands for the end of a process: nothing catches it, and the transaction is rolled back."""


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make a batch two items."""
    monkeypatch.setattr(advance, "BATCH", 2)
    return


def note(admin: Person, ids: list[str]) -> Json:
    return ordered(admin, "orders", "note", ids, parameters={"message": "Hello"})


def notes(person: Person, order_id: str) -> int:
    steps = person.get(f"/api/orders/{order_id}/timeline").json()["data"]["timeline"]
    return sum(step["action"] == "note" for step in steps)


def elsewhere(app: Flask, call: Callable[[], T]) -> T:
    """Return `call()`, called in a greenlet with a transaction of its own."""

    def run() -> T:
        with app.app_context():
            return call()

    return Context().run(lambda: gevent.spawn(run).get(timeout=30))


def ids_of(orders: list[Json]) -> list[str]:
    return sorted(order["id"] for order in orders)


def test_no_item_is_done_twice_after_a_crash(
    admin: Person, orders: Orders, few: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = ids_of(orders(5))
    operation = note(admin, ids)
    left = iter([False, False, True])  # the third item is done and not committed

    def point(name: str) -> None:
        if name == "operation_item" and next(left, False):
            raise Killed

    monkeypatch.setattr(fault_injection, "point", point)
    with pytest.raises(Killed):
        finish(operation)
    assert [notes(admin, order_id) for order_id in ids] == [1, 1, 0, 0, 0]
    assert not advance.advance(operation["id"])  # until the lease of the killed worker ends
    operations.set_columns(operation, next_at=now())
    finish(operation)
    assert [notes(admin, order_id) for order_id in ids] == [1] * 5
    assert counted(shown(admin, operation)) == ("completed", 5, 5, 0)


def test_two_workers_share_an_operation(app: Flask, admin: Person, orders: Orders) -> None:
    (order,) = orders(1)
    operation = note(admin, [order["id"]])
    operations.set_columns(operation, state="running")
    found = queries.get(operation["id"])
    assert found is not None
    with db.transaction():
        assert queries.lock_waiting(found.id, order["id"])
        assert elsewhere(app, lambda: items.perform(found, order["id"])) is False
    assert items.perform(found, order["id"]) is True
    assert items.perform(found, order["id"]) is False
    assert notes(admin, order["id"]) == 1


def test_a_cancelled_operation_begins_no_more_items(admin: Person, orders: Orders, few: None) -> None:
    ids = ids_of(orders(4))
    operation = note(admin, ids)
    assert advance.advance(operation["id"])
    after = act(admin, operation, "cancel")
    assert (*counted(after), after["endedBecause"]) == ("cancelled", 4, 2, 0, "admin")
    assert finish(operation) == 0
    assert [notes(admin, order_id) for order_id in ids] == [1, 1, 0, 0]
    assert [results(admin, operation)[order_id]["state"] for order_id in ids] == ["done"] * 2 + [
        "cancelled"
    ] * 2
    assert act(admin, operation, "cancel", 409)["details"]["state"] == "cancelled"


def test_an_item_that_is_done_during_the_cancellation_is_counted(
    app: Flask, admin: Person, orders: Orders
) -> None:
    ids = ids_of(orders(2))
    operation = note(admin, ids)
    operations.set_columns(operation, state="running")
    found = queries.get(operation["id"])
    assert found is not None
    with db.transaction():
        assert queries.lock_waiting(found.id, ids[0])
        after = elsewhere(app, lambda: act(admin, operation, "cancel"))
        assert counted(after) == ("cancelled", 2, 0, 0)
        done = text("UPDATE operation_items SET state = 'done' WHERE operation_id = :id AND item_id = :item")
        db.execute(done, {"id": found.id, "item": ids[0]})
    operations.set_columns(operation, next_at=now())
    finish(operation)
    assert counted(shown(admin, operation)) == ("cancelled", 2, 1, 0)


def test_only_failed_items_are_retried_and_only_by_the_author(
    world: World, admin: Person, boss: Person, orders: Orders
) -> None:
    accepted, pending = orders(1, "accept", "ready"), orders(1)
    operation = operations.done(admin, "orders", "complete", ids_of(accepted + pending))
    assert counted(operation) == ("completed", 2, 1, 1)
    assert (operation["allowedActions"], shown(boss, operation)["allowedActions"]) == (["retry"], [])
    assert act(boss, operation, "retry", 403)["code"] == "not_author"
    admin.act(pending[0], "accept")
    admin.act(pending[0], "ready")
    assert counted(act(admin, operation, "retry")) == ("queued", 2, 1, 0)
    finish(operation)
    assert counted(shown(admin, operation)) == ("completed", 2, 2, 0)
    act(admin, operation, "retry", 409)


def test_an_operation_ends_when_its_author_loses_access(
    world: World, admin: Person, boss: Person, orders: Orders
) -> None:
    (order,) = orders(1)
    operation = note(admin, [order["id"]])
    assert boss.patch(f"/api/admin/users/{admin.id}", {"active": False, "reason": "left"}).status_code == 200
    finish(operation)
    after = shown(boss, operation)
    assert (after["state"], after["endedBecause"]) == ("cancelled", "author_lost_access")
    assert notes(boss, order["id"]) == 0


def test_an_operation_waits_while_other_jobs_wait(
    admin: Person, orders: Orders, monkeypatch: pytest.MonkeyPatch
) -> None:
    (order,) = orders(1)
    operation = note(admin, [order["id"]])
    monkeypatch.setattr(load, "is_high", lambda: True)
    assert finish(operation) == 1
    assert counted(shown(admin, operation)) == ("paused", 1, 0, 0)
    monkeypatch.setattr(load, "is_high", lambda: False)
    operations.set_columns(operation, next_at=now())
    finish(operation)
    assert counted(shown(admin, operation)) == ("completed", 1, 1, 0)


def test_the_age_of_a_queue_is_that_of_its_first_job(queue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load, "BEFORE", (queue.name,))
    monkeypatch.setattr(load, "HIGHEST_AGE", 60.0)
    assert not load.is_high()
    job = queue.enqueue("metaia.operations.jobs.tidy")
    assert not load.is_high()
    job.enqueued_at = now() - timedelta(minutes=2)
    job.save()
    assert load.is_high()


def test_its_author_gets_few_events(
    admin: Person, boss: Person, orders: Orders, few: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine, other = admin.socket(), boss.socket()
    operation = note(admin, ids_of(orders(6)))
    monkeypatch.setattr("metaia.operations.publish.INTERVAL", timedelta(hours=1))
    finish(operation)
    found = mine.wait("system:operation", 2)
    assert [(each["state"], each["done"]) for each in found] == [("running", 0), ("completed", 6)]
    assert other.of("system:operation") == []


def test_the_job_does_all_operations(admin: Person, orders: Orders) -> None:
    found = [note(admin, [order["id"]]) for order in orders(2)]
    assert jobs._due() == 1
    jobs.work()
    assert {counted(shown(admin, each)) for each in found} == {("completed", 1, 1, 0)}
