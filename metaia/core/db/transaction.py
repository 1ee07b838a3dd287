"""Transactions: `transaction()` and, for changes of one row, `optimistic_then_locked()`; nothing else commits.

Statements are SQLAlchemy Core on the models' tables: no unit of work, no object per row (see docs/architecture.md).
`append` and `change` collect rows, which are sent as one statement together with the COMMIT. `execute` runs a statement
at once, where its result or a constraint matters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from typing import Any, TypeVar

from sqlalchemy import Connection, Executable, Row
from sqlalchemy.engine import CursorResult

from metaia.core import fault_injection
from metaia.core.db import driver, fast_pool, waiting
from metaia.core.db.batch import Values, WriteBatch
from metaia.core.db.gevent_wait import HubConnection
from metaia.extensions import Model

T = TypeVar("T")
Collected = tuple[str, Values]  # a table, and a row to insert into it
OUTSIDE = "call this inside `with transaction():`"
AnyRow = Row[*tuple[Any, ...]]


class Stale(Exception):
    """Another transaction has changed the row since it was read; nothing was written."""


class Transaction:
    """A unit of work: with a connection on which it has begun, or without one (optimistic) until its end."""

    def __init__(self, connection: Connection | None = None) -> None:
        self._connection = connection
        self.begun = connection is not None
        self.writes = WriteBatch()
        self.calls: dict[Callable[[], None], None] = {}  # after the commit
        self.watched: list[Collected] | None = None
        self.withheld: frozenset[str] = frozenset()

    @property
    def connection(self) -> Connection:
        """The connection. Raises RuntimeError in an optimistic unit, which has none: use `append` and `change`."""
        if self._connection is None:
            raise RuntimeError(OUTSIDE)
        return self._connection

    def after_commit(self, call: Callable[[], None]) -> None:
        """Run `call` after the commit, once however often it is added; it must not raise."""
        self.calls[call] = None

    def insert(self, table: str, values: Values) -> None:
        """Collect a row to insert."""
        if self.watched is not None:
            self.watched.append((table, values))
        if table not in self.withheld:
            self.writes.insert(table, values)

    def write(self) -> None:
        """Send the collected rows as one statement in autocommit. Raises Stale."""
        if self.writes and not fast_pool.current().run(self.writes.send_guarded):
            raise Stale

    def commit(self) -> None:
        """Send the collected rows and COMMIT, in one round trip where that is safe."""
        raw = driver.of(self.connection)
        one_trip = isinstance(raw, HubConnection)  # psycopg's own wait hangs with a pipeline of 200 kB
        with raw.pipeline() if one_trip and self.writes else nullcontext():
            if self.writes:
                self.writes.send(raw)
            raw.commit()

    def committed(self) -> None:
        """Run the calls that were added with `after_commit`."""
        if self.calls:
            fault_injection.point("after_commit")
        for call in self.calls:
            call()


_current: ContextVar[Transaction | None] = ContextVar("transaction", default=None)


@contextmanager
def transaction() -> Iterator[Transaction]:
    """Commit all changes inside together, or none. Inside another transaction it is part of that one."""
    outer = _current.get()
    if outer is not None:
        yield outer
        return
    with waiting.connected() as connection:
        unit = Transaction(connection)
        with _block(connection):
            with within(unit):
                yield unit
            unit.commit()
    unit.committed()


@contextmanager
def _block(connection: Connection) -> Iterator[None]:
    """BEGIN, and ROLLBACK unless the block has committed."""
    with driver.errors(connection):
        raw = driver.of(connection)
        driver.execute_raw(raw, "BEGIN")
        try:
            yield
        finally:
            if not raw.closed:
                raw.rollback()


@contextmanager
def within(unit: Transaction | None) -> Iterator[None]:
    """Make a unit of work the running one; with None there is none."""
    token = _current.set(unit)
    try:
        yield
    finally:
        _current.reset(token)


@contextmanager
def optimistic() -> Iterator[Transaction]:
    """Read without a lock, then write all collected rows as one statement. Raises Stale if the row has changed.

    Two round trips. It may change one row, of a table with a `version`, and append others. Inside a transaction it is
    part of that one.
    """
    outer = _current.get()
    if outer is not None:
        yield outer
        return
    unit = Transaction()
    with within(unit):
        yield unit
    unit.write()
    unit.committed()


def optimistic_then_locked(work: Callable[[], T]) -> T:
    """Return `work()`, run optimistically; if another transaction was faster, run it again in one with row locks.

    So `work` may run twice, and must have no effects outside of the database.
    """
    try:
        with optimistic():
            return work()
    except Stale:
        with transaction():
            return work()


def running() -> Transaction | None:
    """Return the running transaction, or None."""
    return _current.get()


def locking() -> bool:
    """Return whether a select must lock the rows that will change: in a transaction, but not in an optimistic one."""
    return (unit := _current.get()) is not None and unit.begun


def current() -> Transaction:
    """Return the running transaction. Raises RuntimeError outside of one, so that no change is in autocommit."""
    if (unit := _current.get()) is None:
        raise RuntimeError(OUTSIDE)
    return unit


def append(model: type[Model], **values: Any) -> None:
    """Insert a row with the commit; the transaction cannot read it. Values are JSON values, datetimes or bytes."""
    current().insert(model.__tablename__, values)


def send_collected() -> None:
    """Send the rows that are collected so far, in the running transaction: of thousands, not all with the commit."""
    if (unit := current()).writes:
        unit.writes.send(driver.of(unit.connection))


def change(model: type[Model], **values: Any) -> None:
    """Update the row with this `id` with the commit. It must be row-locked, or get a `version` one higher."""
    current().writes.update(model.__tablename__, values)


def execute(
    statement: Executable, values: Values | list[Values] | None = None
) -> CursorResult[*tuple[Any, ...]]:
    """Run a statement that writes in the running transaction, at once."""
    return current().connection.execute(statement, values)


def ddl(sql: str) -> None:
    """Run a CREATE, ALTER or DROP in the running transaction."""
    driver.execute_raw(driver.of(current().connection), sql)
