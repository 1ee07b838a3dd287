"""A part of a transaction that can fail alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from metaia.core.db import driver
from metaia.core.db.batch import WriteBatch
from metaia.core.db.transaction import current


@contextmanager
def savepoint() -> Iterator[None]:
    """Undo only this block if it raises; the transaction goes on. Rows that the block collects are sent at its end.

    The error is raised again. Calls that the block added for the time after the commit are undone too: they may revoke
    a session or drop a cached value in this process.
    """
    unit = current()
    connection = unit.connection
    raw, outer, watched = driver.of(connection), unit.writes, len(unit.watched or ())
    calls = dict(unit.calls)
    with driver.errors(connection):
        driver.execute_raw(raw, "SAVEPOINT part")
        unit.writes = WriteBatch()
        try:
            yield
            if unit.writes:
                unit.writes.send(raw)
            driver.execute_raw(raw, "RELEASE SAVEPOINT part")
        except BaseException:
            del (unit.watched or [])[watched:]
            unit.calls = calls
            if not raw.closed:
                driver.execute_raw(raw, "ROLLBACK TO SAVEPOINT part")
            raise
        finally:
            unit.writes = outer
