"""The database: `transaction()` and `retried()` are the only two places in the project that commit."""

from metaia.core.db.transaction import (
    AnyRow,
    Stale,
    Transaction,
    append,
    change,
    current,
    ddl,
    execute,
    fetch_all,
    fetch_one,
    fetch_tuple,
    fetch_value,
    locking,
    optimistic,
    retried,
    transaction,
)

__all__ = [
    "AnyRow",
    "Stale",
    "Transaction",
    "append",
    "change",
    "current",
    "ddl",
    "execute",
    "fetch_all",
    "fetch_one",
    "fetch_tuple",
    "fetch_value",
    "locking",
    "optimistic",
    "retried",
    "transaction",
]
