"""A part of a transaction that can fail alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DataError, IntegrityError

from metaia.core import db
from metaia.core.ids import new_id
from metaia.core.times import now
from metaia.notifications.devices.models import DeviceRow
from tests.core.db.test_transaction import add_user, exists
from tests.support.people import World

pytestmark = pytest.mark.usefixtures("server")
TWICE = text("INSERT INTO users SELECT * FROM users WHERE id = :id")


def failing(*steps: Callable[[], object]) -> None:
    """Run steps, of which the last one fails, in a part of the transaction."""
    with db.savepoint():
        for step in steps:
            step()


def ours() -> None:
    raise ValueError("ours")


def test_a_failed_part_is_undone_alone(app: Flask) -> None:
    added: list[str] = []

    def add() -> None:
        added.append(add_user())

    with app.app_context():
        with db.transaction():
            add()
            with pytest.raises(IntegrityError):
                failing(add, lambda: db.execute(TWICE, {"id": added[0]}))
            with pytest.raises(ValueError, match="ours"):
                failing(add, ours)
            with db.savepoint():
                add()
        assert [exists(user_id) for user_id in added] == [True, False, False, True]


def test_collected_rows_belong_to_their_part(app: Flask, world: World) -> None:
    person = world.person()

    def device(token: str) -> None:
        db.append(
            DeviceRow, id=new_id(), user_id=person.id, kind="fcm", token=token, keys={}, registered_at=now()
        )

    tokens = [new_id() for _ in range(3)]
    with app.app_context():
        with db.transaction():
            device(tokens[0])
            with pytest.raises(DataError):
                failing(lambda: device(tokens[1]), lambda: device("\0"))
            with db.savepoint():
                device(tokens[2])
        rows = db.fetch_all(text("SELECT token FROM devices WHERE user_id = :id"), {"id": person.id})
    assert {row.token for row in rows} == {tokens[0], tokens[2]}


def test_a_failed_part_calls_nothing_after_the_commit(app: Flask) -> None:
    called: list[str] = []

    def later(name: str) -> None:
        db.current().after_commit(lambda: called.append(name))

    with app.app_context():
        with db.transaction():
            later("before")
            with pytest.raises(ValueError, match="ours"):
                failing(lambda: later("undone"), ours)
            with db.savepoint():
                later("part")
        assert called == ["before", "part"]


def test_a_part_needs_a_transaction(app: Flask) -> None:
    with app.app_context(), pytest.raises(RuntimeError):
        failing(ours)
