"""The driver under SQLAlchemy, and a fast path for frequent statements that bypasses SQLAlchemy and psycopg's cursors.

Connections are in autocommit: a read is one round trip, and `transaction.py` sends BEGIN and COMMIT. A `Statement` is
prepared once per connection and then sent by libpq (`psycopg.pq`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from itertools import count
from typing import Any

import psycopg
import sqlalchemy
from psycopg.adapt import Transformer
from psycopg.errors import InvalidSqlStatementName, error_from_result
from psycopg.generators import execute
from psycopg.pq import ExecStatus, TransactionStatus
from psycopg.pq.abc import PGresult
from psycopg.types.json import set_json_loads
from psycopg.types.string import TextLoader
from sqlalchemy import Engine, Select, event
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.dml import ReturningInsert

from metaia.core import json

_DIALECT = PGDialect_psycopg(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]
_SUCCESS = (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK)
_numbers = count(1)
Texts = Mapping[str, str | None]  # values of parameters by name, None for NULL


class Statement:
    """SQL with parameters `$1`, `$2` …, all sent as text; PostgreSQL infers their types."""

    __slots__ = ("name", "text")

    def __init__(self, text: str) -> None:
        self.text = text.encode()
        self.name = b"metaia_%d" % next(_numbers)


class Connection(psycopg.Connection[Any]):
    """A connection that remembers which statements are prepared on it."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.prepared: set[bytes] = set()

    @cached_property
    def reader(self) -> Any:
        """Converts results to Python values, with the loaders that are registered when it is first used."""
        return Transformer(self)

    def rollback(self) -> None:
        """Roll back an open transaction. psycopg's own method would deallocate all prepared statements."""
        status = self.pgconn.transaction_status
        if status == TransactionStatus.ACTIVE:
            self.close()  # interrupted while waiting: the next user must not get that result
        elif status in (TransactionStatus.INTRANS, TransactionStatus.INERROR):
            execute_raw(self, "ROLLBACK")


class PreparedSelect:
    """A SELECT, or an INSERT that returns rows, that is compiled once.

    SQLAlchemy does not process its results: columns have psycopg's types.
    """

    def __init__(self, select: Select[*tuple[Any, ...]] | ReturningInsert[*tuple[Any, ...]]) -> None:
        self._select = select

    @cached_property
    def _compiled(self) -> tuple[Statement, list[str]]:
        compiled: Any = self._select.compile(dialect=_DIALECT)
        return Statement(str(compiled)), compiled.positiontup

    def all(self, connection: Connection, values: Texts) -> list[tuple[Any, ...]]:
        """Return all rows. Raises psycopg.Error."""
        statement, names = self._compiled
        given = (values[name] for name in names)
        return rows(connection, statement, [None if text is None else text.encode() for text in given])

    def first(self, connection: Connection, values: Texts) -> tuple[Any, ...] | None:
        """Return the first row, or None. Raises psycopg.Error."""
        found = self.all(connection, values)
        return found[0] if found else None


def run(connection: Connection, statement: Statement, parameters: Sequence[bytes | None]) -> PGresult:
    """Execute a statement and return its result. Not for pipelines. Raises psycopg.Error."""
    prepared, libpq = connection.prepared, connection.pgconn
    if statement.name not in prepared:
        libpq.send_prepare(statement.name, statement.text)
        _wait_for_result(connection)
        prepared.add(statement.name)
    libpq.send_query_prepared(statement.name, parameters)
    try:
        return _wait_for_result(connection)
    except InvalidSqlStatementName:  # deallocated by psycopg: prepare it again
        prepared.clear()
        if libpq.transaction_status != TransactionStatus.IDLE:
            raise
        return run(connection, statement, parameters)


def rows(
    connection: Connection, statement: Statement, parameters: Sequence[bytes | None]
) -> list[tuple[Any, ...]]:
    """Execute a statement and return its rows, with psycopg's types. Raises psycopg.Error."""
    result = run(connection, statement, parameters)
    connection.reader.set_pgresult(result)
    found: list[tuple[Any, ...]] = connection.reader.load_rows(0, result.ntuples, tuple)
    return found


def execute_raw(connection: Connection, sql: str) -> None:
    """Execute SQL without psycopg, which would deallocate all prepared statements after a DROP, ALTER or ROLLBACK.

    Raises psycopg.Error.
    """
    connection.pgconn.send_query(sql.encode())
    _wait_for_result(connection)


def _wait_for_result(connection: Connection) -> PGresult:
    result: PGresult = connection.wait(execute(connection.pgconn))[-1]
    if result.status not in _SUCCESS:
        raise error_from_result(result)
    return result


def of(connection: sqlalchemy.Connection) -> Connection:
    """Return the driver's connection of an SQLAlchemy connection."""
    raw: Any = (
        connection.connection.dbapi_connection
    )  # set also after the connection was detached from its pool
    return raw  # type: ignore[no-any-return]


@contextmanager
def errors(connection: sqlalchemy.Connection) -> Iterator[None]:
    """Raise the driver's errors as SQLAlchemy's, and invalidate a broken connection."""
    try:
        yield
    except BaseException as error:
        broken = connection.invalidated or of(connection).closed
        if broken and not connection.invalidated:  # SQLAlchemy does so after its own statements
            connection.invalidate(error)
        if not isinstance(error, psycopg.Error):
            raise
        raise translated(error, broken=broken) from error


def translated(error: psycopg.Error, *, broken: bool) -> BaseException:
    """Return the driver's error as SQLAlchemy's. `broken` means that the connection cannot be used any more."""
    instance: BaseException = DBAPIError.instance(
        None, None, error, psycopg.Error, hide_parameters=True, connection_invalidated=broken
    )
    return instance


def configure(engine: Engine) -> None:
    """Configure the connections of `engine`: UUIDs load as str, JSON by orjson, and a return rolls back."""

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _: Any) -> None:
        connection.adapters.register_loader("uuid", TextLoader)
        set_json_loads(json.loads, connection)

    @event.listens_for(engine, "reset")
    def on_reset(connection: Any, record: Any, _: Any) -> None:
        connection.rollback()
        if connection.closed and record is not None:
            record.invalidate()
