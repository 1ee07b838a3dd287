"""The plans of statements: EXPLAIN, with sequential scans made expensive."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import get_ident
from typing import Any

from sqlalchemy import event, text

from metaia.core import db
from metaia.extensions import db as extension


@contextmanager
def statements() -> Iterator[list[tuple[str, Any]]]:
    """Collect the statements that this thread executes, with their parameters."""
    found: list[tuple[str, Any]] = []
    caller = get_ident()

    def collect(_: object, __: object, statement: str, parameters: object, *___: object) -> None:
        if get_ident() == caller:  # background greenlets of other tests' applications use the engine too
            found.append((statement, parameters))

    event.listen(extension.engine, "before_cursor_execute", collect)
    try:
        yield found
    finally:
        event.remove(extension.engine, "before_cursor_execute", collect)


def whole_scans(found: Sequence[tuple[str, Any]], *, small: Sequence[str] = ()) -> list[str]:
    """Return the lines of plans that scan a whole table, other than the `small` ones."""
    scans = []
    with db.transaction() as unit:
        db.execute(text("SET LOCAL enable_seqscan = off"))
        for statement, parameters in found:
            plan = unit.connection.exec_driver_sql(f"EXPLAIN {statement}", parameters).scalars().all()
            scans += [row for row in plan if "Seq Scan" in row and not any(name in row for name in small)]
    return scans
