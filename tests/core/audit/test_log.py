"""The audit log: entries cannot be changed, and tampering by the database's owner is detected."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from contextlib import contextmanager, suppress
from typing import Any

import gevent
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from structlog.testing import capture_logs

from metaia.core import db
from metaia.core.audit import chain as audit_chain
from metaia.core.audit import log as audit_log
from metaia.core.audit.chain import EMPTY, Head
from metaia.core.db import AnyRow
from metaia.extensions import db as extension
from metaia.jobs.registry import JOBS
from metaia.system import jobs

pytestmark = pytest.mark.usefixtures("context")
UNPROTECTED = text(
    "SET LOCAL session_replication_role = replica"
)  # only an owner of the database can do this


@pytest.fixture
def context(app: Any) -> Any:
    with app.app_context():
        yield


class RolledBack(Exception):
    """Ends a transaction without a commit."""


@contextmanager
def rolled_back() -> Any:
    with suppress(RolledBack), db.transaction():
        yield
        raise RolledBack


def record(count: int = 1, **values: Any) -> str:
    """Record entries with a unique action, and return it."""
    action = f"test.{uuid.uuid4().hex}"
    with db.transaction():
        for number in range(count):
            audit_log.record(action, subject=f"thing-{number}", **values)
    return action


def sealed() -> None:
    while audit_chain.seal():
        pass


def entries(action: str) -> list[AnyRow]:
    return db.fetch_all(
        text("SELECT * FROM audit_log WHERE action = :action ORDER BY id"), {"action": action}
    )


@contextmanager
def tampered(statement: str, **values: Any) -> Any:
    """Run the body after `statement` has changed the log, then roll back."""
    with rolled_back():
        db.execute(UNPROTECTED)
        assert db.execute(text(statement), values).rowcount
        yield


def test_an_entry_is_there_if_and_only_if_its_action_is():
    action = record()
    [entry] = entries(action)
    assert (entry.subject, entry.number, entry.hash) == ("thing-0", None, None)
    with rolled_back():
        audit_log.record("test.rolled_back")
    assert entries("test.rolled_back") == []


def test_sealed_entries_have_numbers_without_a_gap_and_hold():
    action = record(3, before={"role": "customer", "n": 1.5}, after={"ü": [None, True, "\u2603"]})
    sealed()
    numbers = [entry.number for entry in entries(action)]
    assert numbers == list(range(numbers[0], numbers[0] + 3))
    last, problem = audit_chain.verify()
    assert (last, problem) == (audit_chain.head(), None)
    assert audit_chain.unsealed_count() == 0


@pytest.mark.parametrize(
    "change",
    [
        "action = 'test.other'", "subject = 'thing-9'", "actor_id = 'somebody'", "actor_role = 'admin'",
        "impersonator_id = 'x'", "at = at + interval '1 microsecond'", "before = '{}'", "after = '{\"a\": 2}'",
        "after = NULL", "address = '127.0.0.9'", "request_id = 'x'", "hash = sha256('x')",
    ],
)  # fmt: skip
def test_an_entry_that_was_changed_is_found(change):
    action = record(3, after={"a": 1})
    sealed()
    middle = entries(action)[1]
    with tampered(f"UPDATE audit_log SET {change} WHERE id = :id", id=middle.id):
        last, problem = audit_chain.verify()
    assert last.number == middle.number - 1
    assert problem is not None
    assert f"entry {middle.number} was changed" in problem
    assert audit_chain.verify()[1] is None


def test_an_entry_that_was_taken_out_is_found():
    action = record(3)
    sealed()
    middle = entries(action)[1]
    with tampered("DELETE FROM audit_log WHERE id = :id", id=middle.id):
        assert audit_chain.verify()[1] == f"entry {middle.number} is missing"


def test_a_removed_entry_is_detected_although_the_others_were_renumbered():
    action = record(3)
    sealed()
    first, middle, last = entries(action)
    with tampered("DELETE FROM audit_log WHERE id = :id", id=middle.id):
        db.execute(
            text("UPDATE audit_log SET number = :n WHERE id = :id"), {"n": middle.number, "id": last.id}
        )
        found, problem = audit_chain.verify()
    assert found.number == first.number
    assert problem is not None


def test_two_entries_that_were_swapped_are_found():
    action = record(3)
    sealed()
    first, second, _ = entries(action)
    swap = "UPDATE audit_log SET number = -number, {} WHERE id IN (:a, :b)"
    with tampered(swap.format("hash = hash"), a=first.id, b=second.id):
        for row, other in ((first, second), (second, first)):
            values = {"n": other.number, "hash": other.hash, "id": row.id}
            db.execute(text("UPDATE audit_log SET number = :n, hash = :hash WHERE id = :id"), values)
        last, problem = audit_chain.verify()
    assert last.number == first.number - 1
    assert problem is not None


@pytest.mark.parametrize("number", [0, -1, -(2**63)])
def test_an_entry_that_was_slipped_in_before_the_first_is_found(number):
    insert = "INSERT INTO audit_log (at, action, number, hash) VALUES (now(), 'test', :n, sha256('x'))"
    with tampered(insert, n=number):
        assert audit_chain.verify()[1] == "1 entries were inserted before the first"


def test_an_end_that_was_cut_off_is_found_with_a_head_that_was_kept():
    record(2)
    sealed()
    kept = audit_chain.head()
    with tampered("DELETE FROM audit_log WHERE number = :n", n=kept.number):
        assert audit_chain.verify()[1] is None  # the chain alone cannot know
        assert (
            audit_chain.verify(kept)[1] == f"entry {kept.number} is missing: the log went on to {kept.number}"
        )
    record(2)
    sealed()
    assert audit_chain.verify(kept)[1] is None


def test_a_chain_that_was_computed_again_is_detected_with_a_stored_head():
    action = record(2, after={"a": 1})
    sealed()
    kept = audit_chain.head()
    first = entries(action)[0]
    anew = "UPDATE audit_log SET after = '{}', number = NULL, hash = NULL WHERE number >= :n"
    with tampered(anew, n=first.number):
        last = Head(first.number - 1, db.fetch_value(
            text("SELECT hash FROM audit_log WHERE number = :n"), {"n": first.number - 1}
        ) or EMPTY.hash)  # fmt: skip
        for row in entries(action):
            last = audit_chain._extend(last, row)
            values = {"n": last.number, "hash": last.hash, "id": row.id}
            db.execute(text("UPDATE audit_log SET number = :n, hash = :hash WHERE id = :id"), values)
        assert audit_chain.verify()[1] is None
        problem = audit_chain.verify(kept)[1]
    assert problem is not None
    assert "the chain was computed again" in problem


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_log SET action = 'x' WHERE id = :id",
        "UPDATE audit_log SET number = number + 1000000 WHERE id = :id",
        "UPDATE audit_log SET number = NULL, hash = NULL WHERE id = :id",
        "UPDATE audit_log SET hash = sha256('x') WHERE id = :id",
        "DELETE FROM audit_log WHERE id = :id",
        "TRUNCATE audit_log",
        "TRUNCATE audit_log CASCADE",
        "INSERT INTO audit_log (at, action, number, hash) VALUES (now(), 'x', 10000000, sha256('x'))",
        "INSERT INTO audit_log (at, action, hash) VALUES (now(), 'x', sha256('x'))",
    ],
)
@pytest.mark.parametrize("is_sealed", [True, False])
def test_the_database_refuses_everything_but_adding_and_sealing(statement, is_sealed):
    action = record()
    if is_sealed:
        sealed()
    [before] = entries(action)
    with pytest.raises(DBAPIError, match="append-only"), db.transaction():
        db.execute(text(statement), {"id": before.id} if ":id" in statement else None)
    assert entries(action) == [before]


def test_an_entry_cannot_be_changed_while_it_is_sealed():
    [entry] = entries(record())
    with pytest.raises(DBAPIError, match="append-only"), db.transaction():
        db.execute(
            text("UPDATE audit_log SET number = 10000000, hash = sha256('x'), action = 'x' WHERE id = :id"),
            {"id": entry.id},
        )


def test_a_transaction_that_commits_late_is_sealed_late_and_the_chain_holds():
    late = f"test.{uuid.uuid4().hex}"
    with extension.engine.connect() as connection:
        connection.execute(text("BEGIN"))
        connection.execute(text("INSERT INTO audit_log (at, action) VALUES (now(), :a)"), {"a": late})
        soon = record()
        sealed()
        assert entries(late) == []
        connection.execute(text("COMMIT"))
    sealed()
    [late_entry], [soon_entry] = entries(late), entries(soon)
    assert late_entry.id < soon_entry.id
    assert late_entry.number > soon_entry.number
    assert audit_chain.verify()[1] is None


def test_many_who_seal_at_once_make_one_chain(app, monkeypatch):
    monkeypatch.setattr(audit_chain, "BATCH", 7)
    action = record(40)

    def seal() -> None:
        with app.app_context():
            sealed()

    gevent.joinall([gevent.spawn(seal) for _ in range(5)], raise_error=True)
    assert [entry.number for entry in entries(action)] == sorted({e.number for e in entries(action)})
    assert audit_chain.verify() == (audit_chain.head(), None)


def test_the_worker_seals_every_five_seconds_all_there_is(app, monkeypatch):
    monkeypatch.setattr(audit_chain, "BATCH", 3)
    record(10)
    assert jobs.seal_audit_log() >= 10
    assert audit_chain.unsealed_count() == 0
    assert JOBS.of(app)["metaia.system.jobs.seal_audit_log"].every == 5


def test_a_head_that_can_be_kept_is_logged():
    record()
    with capture_logs() as lines:
        sealed()
    assert lines[-1]["head"] == str(audit_chain.head())


def test_a_head_is_read_as_it_is_written_and_nothing_else_is():
    head = audit_chain.head()
    assert Head.parse(str(head)) == head
    bad: list[Callable[[str], str]] = [str.upper, lambda t: t[:-1], lambda t: f" {t}", lambda t: t[1:] + "0"]
    for wrong in ["", "12", ":", "1:zz", f"-1:{'0' * 64}", f"{'9' * 19}:{'0' * 64}", f"1:{'0' * 64}\n", *(
        change(f"7:{'ab' * 32}") for change in bad
    )]:  # fmt: skip
        with pytest.raises(ValueError, match="a head is"):
            Head.parse(wrong)
