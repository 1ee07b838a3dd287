"""The database. Only `transaction()` and `optimistic()`, with `optimistic_then_locked()` on top of it, commit."""

from __future__ import annotations

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from metaia.core.db.prepared import execute_prepared, fetch_tuple, fetch_tuples
from metaia.core.db.read import fetch_all, fetch_one, fetch_value
from metaia.core.db.savepoint import savepoint
from metaia.core.db.separate import separate
from metaia.core.db.transaction import (
    AnyRow,
    Collected,
    Stale,
    Transaction,
    append,
    change,
    current,
    ddl,
    execute,
    locking,
    optimistic,
    optimistic_then_locked,
    send_collected,
    transaction,
)
from metaia.core.db.watching import watch

__all__ = [
    "REFUSED",
    "UNAVAILABLE",
    "AnyRow",
    "Collected",
    "Stale",
    "Transaction",
    "append",
    "change",
    "current",
    "ddl",
    "describe",
    "execute",
    "execute_prepared",
    "fetch_all",
    "fetch_one",
    "fetch_tuple",
    "fetch_tuples",
    "fetch_value",
    "locking",
    "optimistic",
    "optimistic_then_locked",
    "savepoint",
    "send_collected",
    "separate",
    "transaction",
    "watch",
]

# A loop catches these to continue while PostgreSQL cannot be reached. They include errors of statements: log them.
UNAVAILABLE = (DBAPIError, PoolTimeout)

# Errors of PostgreSQL about the values of a statement; the connection is fine.
REFUSED = (DataError, IntegrityError, ProgrammingError)


def describe(error: BaseException) -> str:
    """Return the first line of an error's text, for a log line."""
    return str(error).partition("\n")[0] or type(error).__name__
