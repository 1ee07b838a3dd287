"""Exceptions are counted by fingerprint, within bounds, and never disturb the line of the log."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from json import JSONDecodeError

import pytest
import structlog
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from metaia.core import db, json, logs
from metaia.core.ids import new_id
from metaia.core.observing import exceptions
from metaia.core.observing.exceptions import Seen
from metaia.jobs import loop
from tests.support.failures import kind_of_error

log = structlog.get_logger("metaia.test")


@pytest.fixture(autouse=True)
def alone(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Count into an empty memory."""
    monkeypatch.setattr(exceptions, "_pending", {})
    exceptions.counts.clear()
    logs.setup(as_json=app.config["LOG_JSON"], observe=exceptions.observe)
    yield
    exceptions.counts.clear()


def raised(kind: type[Exception], *arguments: object) -> Exception:
    try:
        raise kind(*arguments)
    except Exception as error:  # noqa: BLE001
        return error


def the_only() -> Seen:
    (seen,) = exceptions.take()
    return seen


@pytest.mark.parametrize("way", ["structlog", "tuple", "current", "standard library"])
def test_every_way_to_log_an_exception_counts(way: str) -> None:
    kind = kind_of_error()
    try:
        raise kind("it")
    except kind as error:
        if way == "structlog":
            log.error("failed", exc_info=error)  # noqa: TRY400
        elif way == "tuple":
            log.warning("failed", exc_info=(kind, error, error.__traceback__))
        elif way == "current":
            log.exception("failed")
        else:
            logging.getLogger("a.library").exception("failed")
    seen = the_only()
    assert (seen.type.rpartition(".")[2], seen.count, seen.message) == (kind.__name__, 1, "it")


def test_a_line_without_an_exception_counts_nothing() -> None:
    log.error("only text")
    log.error("nothing raised", exc_info=True)  # noqa: LOG014
    assert exceptions.take() == []


def test_the_innermost_function_of_ours_is_named() -> None:
    for body in ("{", "["):
        with pytest.raises(JSONDecodeError) as caught:
            json.loads(body)
        exceptions.record(caught.value)
    seen = the_only()
    assert (seen.where, seen.count) == ("metaia.core.json:loads", 2)


def test_a_function_that_calls_the_database_is_named_and_not_the_driver(app: Flask) -> None:
    with app.app_context(), pytest.raises(ProgrammingError) as caught:
        db.fetch_all(text("SELECT nothing_of_this_name"))
    exceptions.record(caught.value)
    assert the_only().where.startswith("metaia.core.db")  # nothing else of ours called it
    with app.app_context(), pytest.raises(ProgrammingError) as caught:
        loop.work_off(lambda: len(db.fetch_all(text("SELECT nothing_of_this_name"))))
    exceptions.record(caught.value)
    assert the_only().where == "metaia.jobs.loop:work_off"


def test_an_exception_that_cannot_be_shown_is_counted_as_failed() -> None:
    class Unshown(Exception):
        def __str__(self) -> str:
            raise RuntimeError

    exceptions.record_safely(raised(Unshown))
    assert exceptions.counts["failed"] == 1


def test_fingerprints_beyond_the_limit_are_dropped_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exceptions, "MOST_FINGERPRINTS", 2)
    kinds = [kind_of_error() for _ in range(3)]
    for kind in (*kinds, kinds[0]):
        exceptions.record(raised(kind))
    assert [seen.count for seen in exceptions.take()] == [2, 1]
    assert exceptions.counts == {"counted": 3, "dropped": 1}


def test_what_could_not_be_reported_is_added_to_what_came_later() -> None:
    kind = kind_of_error()
    exceptions.record(raised(kind), request_id="first", user_id=new_id())
    taken = exceptions.take()
    exceptions.record(raised(kind), request_id="second", user_id=new_id())
    exceptions.put_back(taken)
    seen = the_only()
    assert (seen.count, seen.requests) == (2, ["second", "first"])
    assert seen.users.bit_count() in {1, 2}


def test_what_is_put_back_stays_within_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    kind, late = kind_of_error(), kind_of_error()
    exceptions.record(raised(kind))
    exceptions.record(raised(kind))
    taken = exceptions.take()
    monkeypatch.setattr(exceptions, "MOST_FINGERPRINTS", 1)
    exceptions.record(raised(late))
    exceptions.put_back(taken)
    assert [seen.count for seen in exceptions.take()] == [1]
    assert exceptions.counts["dropped"] == 2


def test_a_user_sets_one_bit_and_the_key_decides_which() -> None:
    kind, user = kind_of_error(), new_id()
    for _ in range(3):
        exceptions.record(raised(kind), user_id=user)
    first = the_only().users
    assert first.bit_count() == 1
    bits = set()
    for number in range(20):
        exceptions.use_key(f"another key {number}")
        exceptions.record(raised(kind), user_id=user)
        bits.add(the_only().users)
    assert len(bits) > 10
