"""A transaction that commits while another one goes on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from metaia.core.db.transaction import Transaction, transaction, within


@contextmanager
def separate() -> Iterator[Transaction]:
    """Commit all changes inside at once, also inside of another transaction, which must not have changed these rows.

    It is for jobs that show how far they are: it needs a second connection, and requests that each hold two could wait
    for each other.
    """
    with within(None), transaction() as unit:
        yield unit
