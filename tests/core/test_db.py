import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from sqlalchemy import func, insert, select

from metaia.core import db, jobs, outbox
from metaia.core.errors import Conflict
from metaia.core.times import now
from metaia.realtime import events
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
        lambda: jobs.later("metaia.notifications.jobs.sweep"),
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
        jobs.later("metaia.nothing.jobs.at_all")


def test_an_event_nobody_declared_cannot_be_recorded():
    with db.transaction(), pytest.raises(LookupError, match=r"never\.declared"):
        events.record("never.declared", {}, audience=[])
