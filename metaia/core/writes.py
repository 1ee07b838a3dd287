"""The last statement of a transaction: everything it adds and changes, in one round trip together with the COMMIT.

Rows travel as JSON and PostgreSQL takes them apart (`json_populate_recordset`), so the statement's text depends only
on which columns of which tables are written: it is made once, and PostgreSQL keeps its plan.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Literal

import orjson
from psycopg import Connection

Kind = Literal["insert", "update"]
Columns = tuple[str, ...]
Values = dict[str, Any]


class Writes:
    """Rows to add and rows to change, in the order in which they were first mentioned."""

    def __init__(self) -> None:
        self._rows: dict[tuple[Kind, str, Columns], list[Values]] = {}

    def __bool__(self) -> bool:
        return bool(self._rows)

    def insert(self, table: str, values: Values) -> None:
        """Add a row."""
        self._rows.setdefault(("insert", table, tuple(values)), []).append(values)

    def update(self, table: str, values: Values) -> None:
        """Change the row whose `id` is `values["id"]`; it must be locked already, nobody counts what was hit."""
        self._rows.setdefault(("update", table, tuple(values)), []).append(values)

    def send(self, connection: Connection[Any]) -> None:
        """Send everything as one statement; in a pipeline its errors come with the next wait."""
        rows, self._rows = self._rows, {}
        parameters = [orjson.dumps(values, default=_hex).decode() for values in rows.values()]
        connection.execute(_statement(tuple(rows)), parameters)


@cache
def _statement(parts: tuple[tuple[Kind, str, Columns], ...]) -> bytes:
    named = ", ".join(f"part_{n} AS ({_part(*part)})" for n, part in enumerate(parts))
    return f"WITH {named} SELECT".encode()


def _part(kind: Kind, table: str, columns: Columns) -> str:
    rows = f"json_populate_recordset(NULL::{table}, %s) AS given"
    if kind == "insert":
        names = ", ".join(f'"{name}"' for name in columns)
        return f"INSERT INTO {table} ({names}) SELECT {names} FROM {rows}"  # noqa: S608 - names are our tables'
    changes = ", ".join(f'"{name}" = given."{name}"' for name in columns if name != "id")
    return f"UPDATE {table} SET {changes} FROM {rows} WHERE {table}.id = given.id"  # noqa: S608


def _hex(value: Any) -> str:
    """Return bytes the way PostgreSQL reads them from text. Raises TypeError for what is no value of a column."""
    if isinstance(value, bytes):
        return f"\\x{value.hex()}"
    raise TypeError(f"{type(value).__name__} cannot be written")
