"""Transactions: `transaction()` and, for changes of one row, `optimistic_then_locked()`; nothing else commits.

Statements are SQLAlchemy Core on the models' tables: no unit of work, no object per row (see docs/architecture.md).
Rows that are only added (`append`) and locked rows that change (`change`) are collected and sent as one statement
together with the COMMIT; `execute` is for statements whose result matters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from typing import Any, TypeVar

from sqlalchemy import Connection, Executable, Row
from sqlalchemy.engine import CursorResult, Result

from metaia.core import fault_injection
from metaia.core.db import driver, fast_pool
from metaia.core.db.batch import WriteBatch
from metaia.core.db.driver import PreparedSelect
from metaia.core.db.gevent_wait import HubConnection
from metaia.extensions import Model, db

T = TypeVar("T")
Values = dict[str, Any]
OUTSIDE = "this needs `with transaction():` around it"
AnyRow = Row[*tuple[Any, ...]]


class Stale(Exception):
    """Somebody else has changed the row since it was read; nothing was written."""


class Transaction:
    """One unit of work: on a connection where it has begun, or without one, and PostgreSQL learns of it at its end."""

    def __init__(self, connection: Connection | None = None) -> None:
        self._connection = connection
        self.begun = connection is not None
        self.writes = WriteBatch()
        self._after_commit: dict[Callable[[], None], None] = {}

    @property
    def connection(self) -> Connection:
        """The connection. Raises RuntimeError for a unit that has none: changes never happen by accident."""
        if self._connection is None:
            raise RuntimeError(OUTSIDE)
        return self._connection

    def after_commit(self, call: Callable[[], None]) -> None:
        self._after_commit[call] = None

    def write(self) -> None:
        """Send what was collected as one statement that is its own transaction. Raises Stale."""
        if self.writes and not fast_pool.current().run(self.writes.send_guarded):
            raise Stale

    def commit(self) -> None:
        """Send what was collected and COMMIT, in one round trip where that is safe."""
        raw = driver.of(self.connection)
        one_trip = isinstance(raw, HubConnection)  # psycopg's own waits hang on a pipeline of 200 kB
        with raw.pipeline() if one_trip and self.writes else nullcontext():
            if self.writes:
                self.writes.send(raw)
            raw.commit()

    def committed(self) -> None:
        if self._after_commit:
            fault_injection.point("after_commit")
        for call in self._after_commit:
            call()


_current: ContextVar[Transaction | None] = ContextVar("transaction", default=None)


@contextmanager
def transaction() -> Iterator[Transaction]:
    """Commit everything done inside together, or nothing. A transaction inside another one is part of it."""
    outer = _current.get()
    if outer is not None:
        yield outer
        return
    with db.engine.connect() as connection:
        unit = Transaction(connection)
        with _block(connection):
            with _running(unit):
                yield unit
            unit.commit()
    unit.committed()


@contextmanager
def _block(connection: Connection) -> Iterator[None]:
    """BEGIN, and ROLLBACK unless what is inside has committed."""
    with driver.errors(connection):
        raw = driver.of(connection)
        raw.execute("BEGIN")
        try:
            yield
        finally:
            if not raw.closed:
                raw.rollback()


@contextmanager
def _running(unit: Transaction) -> Iterator[None]:
    token = _current.set(unit)
    try:
        yield
    finally:
        _current.reset(token)


@contextmanager
def optimistic() -> Iterator[Transaction]:
    """Read, then write everything as one statement, if the row that changes is still as it was read: else Stale.

    Two round trips and no lock between them. It can change one row, of a table with a `version`, and append others.
    Inside a transaction it is part of that one.
    """
    outer = _current.get()
    if outer is not None:
        yield outer
        return
    unit = Transaction()
    with _running(unit):
        yield unit
    unit.write()
    unit.committed()


def optimistic_then_locked(work: Callable[[], T]) -> T:
    """Return `work()`, done optimistically, and if somebody else was faster, again in a transaction with locks."""
    try:
        with optimistic():
            return work()
    except Stale:
        with transaction():
            return work()


def locking() -> bool:
    """Return whether rows that will change must be locked: in a transaction yes, in an optimistic one no."""
    unit = _current.get()
    return unit is not None and unit.begun


def current() -> Transaction:
    """Return the running transaction. Raises RuntimeError outside of one: changes never happen by accident."""
    unit = _current.get()
    if unit is None:
        raise RuntimeError(OUTSIDE)
    return unit


def append(model: type[Model], **values: Any) -> None:
    """Add a row, with the commit. Values are JSON, datetimes or bytes; nothing in the transaction can read it yet."""
    current().writes.insert(model.__tablename__, values)


def change(model: type[Model], **values: Any) -> None:
    """Change the row with this `id`, with the commit: one that is locked, or whose `version` becomes one higher."""
    current().writes.update(model.__tablename__, values)


def execute(
    statement: Executable, values: Values | list[Values] | None = None
) -> CursorResult[*tuple[Any, ...]]:
    """Run a changing statement in the running transaction."""
    return current().connection.execute(statement, values)


def ddl(sql: str) -> None:
    """Create or drop something in the running transaction."""
    driver.execute_raw(driver.of(current().connection), sql)


def fetch_all(statement: Executable, values: Values | None = None) -> list[AnyRow]:
    """Return all rows: inside a transaction as part of it, outside in autocommit (one round trip, no BEGIN)."""
    return _read(statement, values, lambda result: list(result.all()))


def fetch_one(statement: Executable, values: Values | None = None) -> AnyRow | None:
    """Return the first row, or None."""
    return _read(statement, values, lambda result: result.first())


def fetch_value(statement: Executable, values: Values | None = None) -> Any:
    """Return the first column of the first row, or None."""
    return _read(statement, values, lambda result: result.scalar())


def fetch_tuple(prepared: PreparedSelect, values: dict[str, str]) -> tuple[Any, ...] | None:
    """Return the first row of a prepared SELECT, or None: the hot road, see core/db/driver.py."""
    unit = _current.get()
    if unit is None or not unit.begun:
        return fast_pool.current().run(lambda connection: prepared.first(connection, values))
    with driver.errors(unit.connection):
        return prepared.first(driver.of(unit.connection), values)


def _read(statement: Executable, values: Values | None, take: Callable[[Result[*tuple[Any, ...]]], T]) -> T:
    unit = _current.get()
    if unit is not None and unit.begun:
        return take(unit.connection.execute(statement, values))
    with db.engine.connect() as connection:
        return take(connection.execute(statement, values))
