"""The plans of statements: EXPLAIN, also with sequential scans made expensive."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from threading import get_ident
from typing import Any

import pytest
from sqlalchemy import event, text

from metaia.core import db
from metaia.core.db.driver import PreparedSelect, Texts
from metaia.extensions import db as extension

Plan = dict[str, Any]


def _fetch_tuple(prepared: PreparedSelect, values: Texts) -> Any:
    return db.fetch_one(prepared._select, dict(values))


def _fetch_tuples(prepared: PreparedSelect, values: Texts) -> Any:
    return db.fetch_all(prepared._select, dict(values))


@contextmanager
def statements() -> Iterator[list[tuple[str, Any]]]:
    """Collect the statements that this thread executes, with their parameters; prepared ones run by SQLAlchemy, too."""
    found: list[tuple[str, Any]] = []
    caller = get_ident()

    def collect(_: object, __: object, statement: str, parameters: object, *___: object) -> None:
        if get_ident() == caller:  # background greenlets of other tests' applications use the engine too
            found.append((statement, parameters))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(db, "fetch_tuple", _fetch_tuple)
        patch.setattr(db, "fetch_tuples", _fetch_tuples)
        event.listen(extension.engine, "before_cursor_execute", collect)
        try:
            yield found
        finally:
            event.remove(extension.engine, "before_cursor_execute", collect)


def plans(call: Callable[[], object]) -> list[Plan]:
    """Return the plans of the statements of one call, in the running transaction."""
    with statements() as found:
        call()
    assert found
    connection = db.current().connection
    explained = (f"EXPLAIN (FORMAT JSON) {sql}" for sql, _ in found)
    return [
        connection.exec_driver_sql(sql, parameters).scalar_one()[0]["Plan"]
        for sql, (_, parameters) in zip(explained, found, strict=True)
    ]


def nodes(plan: Plan) -> Iterator[Plan]:
    """Yield a node of a plan and all below it."""
    yield plan
    for part in plan.get("Plans", ()):
        yield from nodes(part)


def whole_scans(found: Sequence[tuple[str, Any]], *, small: Sequence[str] = ()) -> list[str]:
    """Return the lines of plans that scan a whole table, other than the `small` ones."""
    scans = []
    with db.transaction() as unit:
        db.execute(text("SET LOCAL enable_seqscan = off"))
        for statement, parameters in found:
            plan = unit.connection.exec_driver_sql(f"EXPLAIN {statement}", parameters).scalars().all()
            scans += [row for row in plan if "Seq Scan" in row and not any(name in row for name in small)]
    return scans
