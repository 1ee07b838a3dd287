import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from sqlalchemy import func, insert, select, update

from metaia.core import db, outbox
from metaia.core.errors import Conflict
from metaia.core.times import now
from metaia.extensions import db as database
from metaia.jobs import registry as job_registry
from metaia.orders.models import OrderRow
from metaia.realtime import events
from metaia.realtime.log.models import EventLog
from metaia.users.models import User

pytestmark = pytest.mark.usefixtures("server")


def add_user() -> str:
    user_id = str(uuid.uuid4())
    row: dict[str, Any] = {"id": user_id, "email": f"{user_id}@test.example", "created_at": now()}
    row |= {"password_hash": "-", "name": "x", "phone": None, "role": "customer", "active": True}
    db.execute(insert(User).values(**row))
    return user_id


@contextmanager
def failing_transaction() -> Iterator[db.Transaction]:
    with suppress(Conflict), db.transaction() as unit:
        yield unit
        raise Conflict


def exists(user_id: str) -> bool:
    return db.fetch_value(select(func.count()).where(User.id == user_id)) == 1


def test_what_was_done_inside_is_there_afterwards():
    with db.transaction():
        user_id = add_user()
        assert exists(user_id)
    assert exists(user_id)


def test_nothing_is_written_when_it_raises():
    left = []
    with failing_transaction():
        left.append(add_user())
        events.record("session.ended", {"sessionId": left[0]}, audience=["nobody"], subject="never-written")
    assert not exists(left[0])
    row = select(outbox.Outbox.id).where(outbox.Outbox.subject == "never-written")
    assert db.fetch_one(row) is None


def test_a_transaction_inside_another_is_part_of_it():
    left = []
    with failing_transaction() as outer, db.transaction() as inner:
        left.append(add_user())
        assert inner is outer
    assert not exists(left[0])


def test_after_the_commit_means_after_the_outermost_commit_and_only_then():
    seen = []
    with db.transaction():
        with db.transaction():
            user_id = add_user()
            db.current().after_commit(lambda: seen.append(exists(user_id)))
        assert seen == []
    assert seen == [True]
    with failing_transaction():
        db.current().after_commit(lambda: seen.append(False))
    assert seen == [True]


def test_outside_of_a_transaction_nothing_can_be_changed():
    for change in (
        add_user,
        lambda: db.append(User, id="x"),
        lambda: events.record("session.ended", {}, audience=[]),
        lambda: job_registry.enqueue("metaia.notifications.jobs.reclaim"),
    ):
        with pytest.raises(RuntimeError, match="transaction"):
            change()


def test_after_a_failure_the_next_transaction_works():
    with failing_transaction():
        pass
    with db.transaction():
        user_id = add_user()
    assert exists(user_id)


def test_a_job_nobody_knows_cannot_be_asked_for():
    with db.transaction(), pytest.raises(LookupError, match=r"metaia\.nothing\.jobs\.at_all"):
        job_registry.enqueue("metaia.nothing.jobs.at_all")


def test_an_event_nobody_declared_cannot_be_recorded():
    with db.transaction(), pytest.raises(LookupError, match=r"never\.declared"):
        events.record("never.declared", {}, audience=[])


@pytest.fixture
def order(world):
    return world.person().order()


def version_of(order):
    return db.fetch_value(select(OrderRow.version).where(OrderRow.id == order["id"]))


def step(order, version):
    db.change(OrderRow, id=order["id"], version=version, notes=f"as of {version}")
    events.record(
        "session.ended", {"sessionId": order["id"]}, audience=["nobody"], subject=f"v{version}-{order['id']}"
    )


def recorded(order, version):
    subject = f"v{version}-{order['id']}"
    waiting = select(outbox.Outbox.id).where(outbox.Outbox.subject == subject)
    logged = select(EventLog.position).where(EventLog.subject == subject)
    return any(
        db.fetch_one(query) is not None for query in (waiting, logged)
    )  # it moves from one to the other


def test_what_is_written_optimistically_is_there_if_the_row_was_as_it_was_read(order):
    with db.optimistic():
        step(order, 2)
    assert version_of(order) == 2
    assert recorded(order, 2)


def test_nothing_is_written_if_somebody_else_was_faster(order):
    with pytest.raises(db.Stale), db.optimistic():
        step(order, 3)
    assert version_of(order) == 1
    assert not recorded(order, 3)


def test_who_was_too_slow_does_it_again_with_a_lock(order):
    locking = []

    def work():
        locking.append(db.locking())
        seen = version_of(order)
        if len(locking) == 1:
            with_own_connection(order)
        step(order, seen + 1)
        return seen

    assert db.optimistic_then_locked(work) == 2
    assert locking == [False, True]
    assert version_of(order) == 3
    assert recorded(order, 3)


def with_own_connection(order):
    with database.engine.begin() as connection:
        connection.execute(update(OrderRow).where(OrderRow.id == order["id"]).values(version=2))


def test_only_one_row_changes_without_a_transaction(world, order):
    another = world.person().order()

    def both():
        with db.optimistic():
            step(order, 2)
            step(another, 2)

    with pytest.raises(ValueError, match="one row"):
        both()
    assert (version_of(order), version_of(another)) == (1, 1)


def test_statements_whose_result_matters_need_a_transaction():
    with pytest.raises(RuntimeError), db.optimistic():
        add_user()


def test_an_optimistic_unit_in_a_transaction_is_part_of_it(order):
    with suppress(Conflict), db.transaction():
        with db.optimistic():
            assert db.locking()
            step(order, 2)
        raise Conflict
    assert version_of(order) == 1
