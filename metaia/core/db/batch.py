"""The write batch: all inserts and updates of a transaction as one statement, sent together with the COMMIT.

Rows are sent as JSON, and PostgreSQL expands them (`json_populate_recordset`). So the text of the statement depends
only on the written tables and columns: it is built once, and PostgreSQL reuses its plan.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Literal

import orjson
from psycopg import RawCursor

from metaia.core.db import driver
from metaia.core.db.driver import Connection, Statement

Kind = Literal["insert", "update"]
Columns = tuple[str, ...]
Values = dict[str, Any]  # of a row, by column
Shape = tuple[tuple[Kind, str, Columns, bool], ...]  # kind, table, columns, whether it is one row


class WriteBatch:
    """Rows to insert and to update, grouped by kind, table and columns."""

    def __init__(self) -> None:
        self._rows: dict[tuple[Kind, str, Columns], list[Values]] = {}

    def __bool__(self) -> bool:
        return bool(self._rows)

    def insert(self, table: str, values: Values) -> None:
        """Add a row to insert."""
        self._rows.setdefault(("insert", table, tuple(values)), []).append(values)

    def update(self, table: str, values: Values) -> None:
        """Add an update of the row with the id `values["id"]`."""
        self._rows.setdefault(("update", table, tuple(values)), []).append(values)

    def send(self, connection: Connection) -> None:
        """Send all rows as one statement. Raises psycopg.Error; in a pipeline the next wait raises it."""
        shape, parameters = self._take_all()
        RawCursor(connection).execute(
            _statement(shape, guarded=False).text, [part.decode() for part in parameters]
        )

    def send_guarded(self, connection: Connection) -> bool:
        """Send all rows as one statement that does nothing if the updated row has another version than expected.

        Return whether it wrote. Raises ValueError for more than one updated row, as only some versions might match.
        """
        changes = sum(len(rows) for (kind, *_), rows in self._rows.items() if kind == "update")
        if changes > 1:
            raise ValueError("only one row may change without a transaction")
        shape, parameters = self._take_all()
        result = driver.run(connection, _statement(shape, guarded=True), parameters)
        return result.get_value(0, 0) == b"%d" % changes

    def _take_all(self) -> tuple[Shape, list[bytes]]:
        # Updates first: the inserts depend on them. Tables in a fixed order: PostgreSQL fires the statement triggers of
        # all parts, in reverse order, and two batches that lock the same rows in opposite orders would deadlock.
        parts = sorted(self._rows.items(), key=lambda part: (part[0][0] != "update", part[0][1]))
        self._rows = {}
        shape = tuple((*what, len(rows) == 1) for what, rows in parts)
        return shape, [_json(rows[0] if len(rows) == 1 else rows) for _, rows in parts]


@cache
def _statement(shape: Shape, *, guarded: bool) -> Statement:
    changed = guarded and shape[0][0] == "update"
    parts = [_part(*part, number=n, guarded=guarded, after_change=changed) for n, part in enumerate(shape)]
    count = "(SELECT count(*) FROM part_0)" if changed else "0"
    return Statement(f"WITH {', '.join(parts)} SELECT {count}")


def _part(
    kind: Kind, table: str, columns: Columns, single: bool, *, number: int, guarded: bool, after_change: bool
) -> str:
    # For a set PostgreSQL estimates 100 rows, and scans the table instead of using the index; not for a single record.
    rows = f"json_populate_record{'' if single else 'set'}(NULL::{table}, ${number + 1}) AS given"
    if kind == "insert":
        names = ", ".join(f'"{name}"' for name in columns)
        only = " WHERE EXISTS (SELECT FROM part_0)" if after_change else ""
        written = f"INSERT INTO {table} ({names}) SELECT {names} FROM {rows}{only}"  # noqa: S608
    else:
        changes = ", ".join(f'"{name}" = given."{name}"' for name in columns if name != "id")
        only = f" AND {table}.version = given.version - 1 RETURNING 1" if guarded else ""
        written = f"UPDATE {table} SET {changes} FROM {rows} WHERE {table}.id = given.id{only}"  # noqa: S608
    return f"part_{number} AS ({written})"


def _json(value: Values | list[Values]) -> bytes:
    return orjson.dumps(value, default=_hex)


def _hex(value: Any) -> str:
    """Return bytes in the hex format of `bytea`. Raises TypeError for every other type."""
    if isinstance(value, bytes):
        return f"\\x{value.hex()}"
    raise TypeError(f"{type(value).__name__} cannot be written")
