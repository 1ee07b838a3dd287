"""The write batch: one statement, whose parts have the same order in every transaction."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations

import gevent
import psycopg
import pytest
from psycopg import sql

from metaia.core.db.batch import WriteBatch
from metaia.core.db.driver import Connection
from metaia.core.db.gevent_wait import HubConnection
from metaia.core.ids import new_id

TRIGGER = """
    CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        UPDATE batch_totals SET rows = rows + 1 WHERE name = TG_TABLE_NAME; PERFORM pg_sleep(0.01); RETURN NULL;
    END $$
"""


@pytest.fixture
def tables(environment: dict[str, str]) -> Iterator[list[str]]:
    """Give two tables, each with a statement trigger that locks a row of its own."""
    names = ["batch_first", "batch_second"]
    with psycopg.connect(environment["DATABASE_URL"], autocommit=True) as connection:
        connection.execute("CREATE TABLE batch_totals (name text PRIMARY KEY, rows int)")
        for name in names:
            table, count = sql.Identifier(name), sql.Identifier(f"{name}_count")
            connection.execute(sql.SQL("CREATE TABLE {} (id text)").format(table))
            connection.execute(sql.SQL(TRIGGER).format(name=count))
            connection.execute(
                sql.SQL(
                    "CREATE TRIGGER counted AFTER INSERT ON {} FOR EACH STATEMENT EXECUTE FUNCTION {}()"
                ).format(table, count)
            )
            connection.execute("INSERT INTO batch_totals VALUES (%s, 0)", [name])
        yield names
        for name in names:
            connection.execute(sql.SQL("DROP TABLE {} CASCADE").format(sql.Identifier(name)))
            connection.execute(sql.SQL("DROP FUNCTION {}").format(sql.Identifier(f"{name}_count")))
        connection.execute("DROP TABLE batch_totals")


def write(connection: Connection, tables: tuple[str, ...]) -> None:
    """Write one row into each of `tables`, collected in their order."""
    batch = WriteBatch()
    for table in tables:
        batch.insert(table, {"id": new_id()})
    batch.send(connection)
    connection.commit()


def test_two_batches_with_the_same_tables_do_not_deadlock(
    environment: dict[str, str], tables: list[str]
) -> None:
    orders = list(permutations(tables))

    def write_often(order: tuple[str, ...]) -> None:
        with HubConnection.connect(environment["DATABASE_URL"]) as connection:
            for _ in range(10):
                write(connection, order)

    writers = [gevent.spawn(write_often, order) for order in orders]
    gevent.joinall(writers, raise_error=True)


def test_a_batch_has_one_form_however_it_is_collected() -> None:
    shapes = set()
    for order in permutations(["orders", "order_steps", "outbox", "audit_log"]):
        batch = WriteBatch()
        for table in order:
            batch.insert(table, {"id": new_id()})
        batch.update("orders", {"id": new_id(), "version": 2})
        shapes.add(batch._take_all()[0])
    (shape,) = shapes
    assert [part[:2] for part in shape] == [
        ("update", "orders"),
        ("insert", "audit_log"),
        ("insert", "order_steps"),
        ("insert", "orders"),
        ("insert", "outbox"),
    ]
