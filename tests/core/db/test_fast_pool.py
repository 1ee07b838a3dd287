from collections.abc import Iterator

import gevent
import pytest
from sqlalchemy import Double, bindparam, cast, create_engine, func, select, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from metaia.core import db
from metaia.core.db import fast_pool
from metaia.core.db.driver import PreparedSelect
from metaia.core.db.fast_pool import AutocommitPool
from metaia.extensions import db as database
from tests.support.waiting import until

pytestmark = pytest.mark.usefixtures("server")
SLEEP = PreparedSelect(select(func.pg_sleep(cast(bindparam("seconds"), Double))))
PID = PreparedSelect(select(func.pg_backend_pid()))


@pytest.fixture
def few() -> Iterator[AutocommitPool]:
    own = AutocommitPool(database.engine, 2)
    yield own
    own.close()


def pid(own: AutocommitPool) -> int:
    row = own.run(lambda connection: PID.first(connection, {}))
    assert row is not None
    return int(row[0])


def test_one_after_the_other_uses_one_connection(few):
    assert len({pid(few) for _ in range(5)}) == 1


def test_more_than_there_are_wait_and_are_served(few):
    def nap(_: int) -> None:
        few.run(lambda connection: SLEEP.first(connection, {"seconds": "0.05"}))

    gevent.joinall([gevent.spawn(nap, n) for n in range(8)], timeout=30, raise_error=True)


def test_who_waits_too_long_is_told(few, monkeypatch):
    monkeypatch.setattr(fast_pool, "WAIT_SECONDS", 0.05)
    naps = [
        gevent.spawn(few.run, lambda connection: SLEEP.first(connection, {"seconds": "30"})) for _ in range(2)
    ]
    until(few._semaphore.locked, "both connections are borrowed")
    with pytest.raises(PoolTimeout):
        pid(few)
    gevent.killall(naps)
    assert pid(few)


def test_a_connection_that_the_server_has_ended_is_replaced(few):
    gone = pid(few)
    db.fetch_value(text("SELECT pg_terminate_backend(:pid, 1000)"), {"pid": gone})
    with pytest.raises(DBAPIError) as raised:
        pid(few)
    assert raised.value.connection_invalidated
    assert pid(few) != gone


def test_while_the_server_cannot_be_reached_that_is_said_as_sqlalchemy_does():
    nowhere = create_engine("postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    with pytest.raises(OperationalError) as raised:
        pid(AutocommitPool(nowhere, 1))
    assert raised.value.connection_invalidated


def test_an_error_of_the_statement_costs_no_connection(few):
    there = pid(few)
    with pytest.raises(DBAPIError):
        few.run(lambda connection: SLEEP.first(connection, {"seconds": "soon"}))
    assert pid(few) == there


def test_who_is_interrupted_leaves_no_answer_to_others(few):
    asking = gevent.spawn(few.run, lambda connection: SLEEP.first(connection, {"seconds": "30"}))
    gevent.sleep(0.1)
    asking.kill(timeout=30)
    assert pid(few)
    assert pid(few)
