"""Deleting or erasing old rows in batches, each in its own short transaction, within a time budget."""

from __future__ import annotations

import time
from collections.abc import Callable

from metaia.core import db

BATCH = 500
SECONDS = 20.0


def purge(
    delete: Callable[[int], int], *, batch: int | None = None, seconds: float = SECONDS
) -> tuple[int, bool]:
    """Call `delete(batch)` in transactions until it deletes less than a batch or the time is up.

    A batch has `BATCH` rows unless `batch` is given. `delete` deletes up to so many rows and returns how
    many. Return the number of deleted rows, and whether more are left.
    """
    batch = BATCH if batch is None else batch
    deleted, until = 0, time.monotonic() + seconds
    while True:
        with db.transaction():
            count = delete(batch)
        deleted += count
        if count < batch:
            return deleted, False
        if time.monotonic() >= until:
            return deleted, True
