from contextlib import suppress

import gevent
import psycopg
import pytest
from sqlalchemy import Double, Text, bindparam, cast, func, select, text
from sqlalchemy.exc import DBAPIError

from metaia.core import db
from metaia.core.db import driver
from metaia.core.db.driver import PreparedSelect
from metaia.extensions import db as database

pytestmark = pytest.mark.usefixtures("server")
ECHO = PreparedSelect(select(cast(bindparam("word"), Text)))
SLEEP = PreparedSelect(select(func.pg_sleep(cast(bindparam("seconds"), Double))))


def echoed(word: str) -> str:
    row = db.fetch_tuple(ECHO, {"word": word})
    assert row is not None
    return str(row[0])


def test_values_are_values_and_no_sql():
    for word in ("", "'; DROP TABLE orders --", "$1", "%s", "ä€𝄞", "x" * 10_000):
        assert echoed(word) == word


def test_what_is_prepared_outlives_a_rollback():
    assert echoed("before") == "before"
    with suppress(RuntimeError), db.transaction():
        assert echoed("inside") == "inside"
        raise RuntimeError
    with db.transaction():
        assert echoed("after") == "after"


def test_what_is_prepared_outlives_a_statement_that_failed():
    for _ in range(7):  # psycopg prepares a statement after five executions, and only then deallocates
        with suppress(DBAPIError), db.transaction():
            assert echoed("inside") == "inside"
            db.fetch_value(text("SELECT 1 / 0"))
    with db.transaction():
        assert echoed("after") == "after"


def test_what_somebody_has_dropped_is_prepared_again():
    with database.engine.connect() as connection:
        raw = driver.of(connection)
        assert ECHO.first(raw, {"word": "1"}) == ("1",)
        raw.execute("DEALLOCATE ALL")
        assert ECHO.first(raw, {"word": "2"}) == ("2",)


def test_a_connection_whose_answer_nobody_waits_for_goes_to_nobody_else():
    def ask(seconds: str) -> None:
        db.fetch_tuple(SLEEP, {"seconds": seconds})

    asking = gevent.spawn(ask, "30")
    gevent.sleep(0.1)
    asking.kill(timeout=30)
    for word in ("1", "2", "3"):
        assert echoed(word) == word


def test_a_transaction_whose_connection_the_server_has_ended_says_so():
    def die() -> None:
        db.fetch_value(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    def die_on_the_hot_road() -> None:
        db.fetch_tuple(PreparedSelect(select(func.pg_terminate_backend(func.pg_backend_pid()))), {})

    for work in (die, die_on_the_hot_road):
        with pytest.raises(DBAPIError) as raised, db.transaction():
            work()
        assert raised.value.connection_invalidated
        with db.transaction():
            assert echoed("another") == "another"


def test_an_error_of_the_statement_is_sqlalchemys_and_the_connection_stays():
    with pytest.raises(DBAPIError) as raised:
        db.fetch_tuple(SLEEP, {"seconds": "soon"})
    assert isinstance(raised.value.orig, psycopg.Error)
    assert echoed("still there") == "still there"
