"""The tries of delivery codes: each is counted in a statement that commits by itself."""

from __future__ import annotations

from metaia.core.db import driver, fast_pool
from metaia.core.db.driver import Statement

MOST = 5  # also in the statement
_COUNT = Statement(
    "INSERT INTO order_code_tries (order_id, code_version, tries) VALUES ($1, $2, 1)"
    " ON CONFLICT (order_id, code_version) DO UPDATE SET tries = order_code_tries.tries + 1"
    " WHERE order_code_tries.tries < 5 RETURNING tries"
)


def count_try(order_id: str, code_version: int) -> int | None:
    """Count one more try of a code and return how many there are; None if there are no more.

    The statement has a connection of its own: an error of the request must not undo it. The order may be row-locked, so
    the tries have a table of their own.
    """
    values = [order_id.encode(), b"%d" % code_version]
    rows = fast_pool.current().run(lambda connection: driver.rows(connection, _COUNT, values))
    return int(rows[0][0]) if rows else None
