"""Work queues: rows of a table that jobs work off, claimed with `FOR UPDATE SKIP LOCKED`.

RQ only wakes a worker; the table is the queue, so nothing is lost with a worker, a job or a Redis. A row waits while it
has a `due_at`. Claiming a row sets `due_at` to the time of the next try, so that a row whose worker died is due again.
After the last pause `due_at` is NULL: the row is in quarantine until staff queue it again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import structlog
from sqlalchemy import bindparam, func, literal_column, select, text, update

from metaia.core import db
from metaia.core.db import AnyRow
from metaia.core.db.driver import PreparedSelect
from metaia.core.times import now
from metaia.extensions import Model

COUNTED_UNTIL = 1000
LONGEST_ERROR = 300  # characters
log = structlog.get_logger(__name__)


class WorkQueue:
    """The queue in the table of `model`: `id`, `due_at`, `tries`, `error`, and a column `done` for the time of success.

    `pauses` are the seconds before each next try.
    """

    def __init__(self, model: type[Model], *, done: str, pauses: Sequence[float]) -> None:
        self._model: Any = model
        self._done: Any = getattr(model, done)
        self._due_at: Any = getattr(model, "due_at")  # noqa: B009 - not every model has it, which mypy sees
        self._pauses = list(pauses)
        table = model.__tablename__
        # Past the last pause the array has no element: NULL, which is quarantine.
        self._claim = text(
            f"""
            UPDATE {table} SET tries = tries + 1,
                due_at = CAST(:now AS timestamptz) + make_interval(secs => (CAST(:pauses AS float[]))[tries + 1])
            WHERE id IN (
                SELECT id FROM {table} WHERE {done} IS NULL AND due_at <= :now
                ORDER BY due_at, id LIMIT :limit FOR UPDATE SKIP LOCKED
            ) RETURNING id
            """  # noqa: S608 - names of our own
        )
        due = (self._done.is_(None), self._due_at <= bindparam("now"))
        undone = select(self._done).where(*due).limit(literal_column(str(COUNTED_UNTIL)))
        self._due = PreparedSelect(select(func.count()).select_from(undone.subquery()))
        self._states = text(
            f"""
            SELECT count(due_at) AS waiting, count(*) - count(due_at) AS quarantined
            FROM (SELECT due_at FROM {table} WHERE {done} IS NULL LIMIT {COUNTED_UNTIL}) AS undone
            """  # noqa: S608 - names of our own
        )

    def due(self) -> int:
        """Return the number of rows that are due now; the count ends at 1,000."""
        (count,) = db.fetch_tuple(self._due, {"now": now().isoformat()}) or (0,)
        return int(count)

    def claim(self, limit: int) -> list[str]:
        """Claim up to `limit` due rows and return their ids, the oldest first."""
        with db.transaction():
            values = {"now": now(), "pauses": self._pauses, "limit": limit}
            return sorted(row.id for row in db.execute(self._claim, values))

    def work_off(self, row_ids: Sequence[str], work: Callable[[str], None]) -> int:
        """Do `work` for each of these claimed rows, outside of a transaction; return their number.

        A row that fails keeps its error and stays due, and does not delay the others.
        """
        for row_id in row_ids:
            try:
                work(row_id)
            except Exception as error:
                log.exception("row not worked off", table=self._model.__tablename__, row=row_id)
                with db.transaction():
                    self.postpone(row_id, f"{type(error).__name__}: {db.describe(error)}")
        return len(row_ids)

    def lock_pending(self, row_id: str) -> AnyRow | None:
        """Return a row that is not done, row-locked; None if it is done or another worker works on it."""
        query = select(self._model.__table__).where(self._model.id == row_id, self._done.is_(None))
        return db.fetch_one(query.with_for_update(skip_locked=True))

    def finish(self, row_id: str) -> None:
        """Mark a row as done, in the running transaction."""
        self._change(row_id, {self._done.key: now(), "due_at": None, "error": None})

    def postpone(self, row_id: str, error: str) -> None:
        """Keep the error of a try, in the running transaction; the row stays due at the time that `claim` has set."""
        self._change(row_id, {"error": error[:LONGEST_ERROR]})

    def requeue(self, row_id: str) -> bool:
        """Take a row out of quarantine, in the running transaction; return False if it is not there."""
        quarantined = (self._model.id == row_id, self._model.due_at.is_(None), self._done.is_(None))
        freed = update(self._model).where(*quarantined).values(due_at=now(), tries=0)
        return bool(db.execute(freed).rowcount)

    def states(self) -> dict[str, int]:
        """Return the numbers of waiting and of quarantined rows; counting ends at 1,000."""
        row = db.fetch_all(self._states)[0]
        return {"waiting": row.waiting, "quarantined": row.quarantined}

    def _change(self, row_id: str, values: dict[str, Any]) -> None:
        undone = update(self._model).where(self._model.id == row_id, self._done.is_(None))
        db.execute(undone.values(**values))
