"""Prepared statements: reads, and writes of which the result matters at once. The fast path, see driver.py."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from metaia.core.db import driver, fast_pool
from metaia.core.db.driver import Connection, PreparedSelect, Texts
from metaia.core.db.transaction import current, running

T = TypeVar("T")


def fetch_tuple(prepared: PreparedSelect, values: Texts) -> tuple[Any, ...] | None:
    """Return the first row of a prepared SELECT, or None: in the running transaction, else in autocommit."""
    return _run(lambda connection: prepared.first(connection, values))


def fetch_tuples(prepared: PreparedSelect, values: Texts) -> list[tuple[Any, ...]]:
    """Return all rows of a prepared SELECT."""
    return _run(lambda connection: prepared.all(connection, values))


def execute_prepared(prepared: PreparedSelect, values: Texts) -> tuple[Any, ...] | None:
    """Run a prepared INSERT in the running transaction, at once; return the first row that it returns, or None."""
    connection = current().connection
    with driver.errors(connection):
        return prepared.first(driver.of(connection), values)


def _run(call: Callable[[Connection], T]) -> T:
    unit = running()
    if unit is None or not unit.begun:
        return fast_pool.current().run(call)
    with driver.errors(unit.connection):
        return call(driver.of(unit.connection))
