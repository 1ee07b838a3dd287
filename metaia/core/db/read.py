"""Reads: part of the running transaction, or else in autocommit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import Executable
from sqlalchemy.engine import Result

from metaia.core.db.batch import Values
from metaia.core.db.transaction import AnyRow, running
from metaia.core.db.waiting import connected

T = TypeVar("T")


def fetch_all(statement: Executable, values: Values | None = None) -> list[AnyRow]:
    """Return all rows: in the running transaction, else in autocommit (one round trip, no BEGIN)."""
    return _read(statement, values, lambda result: list(result.all()))


def fetch_one(statement: Executable, values: Values | None = None) -> AnyRow | None:
    """Return the first row, or None."""
    return _read(statement, values, lambda result: result.first())


def fetch_value(statement: Executable, values: Values | None = None) -> Any:
    """Return the first column of the first row, or None."""
    return _read(statement, values, lambda result: result.scalar())


def _read(statement: Executable, values: Values | None, take: Callable[[Result[*tuple[Any, ...]]], T]) -> T:
    unit = running()
    if unit is not None and unit.begun:
        return take(unit.connection.execute(statement, values))
    with connected() as connection:
        return take(connection.execute(statement, values))
