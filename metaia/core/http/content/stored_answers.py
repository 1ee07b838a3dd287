"""Changing the answers that are stored for repeated requests: a deleted text must not come back with one of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import text, update

from metaia.core import db
from metaia.core.http.idempotency import IdempotencyKey

_WITH = text(
    "SELECT scope, key, body FROM idempotency_keys"
    " WHERE created_at >= :since AND position(CAST(:part AS bytea) IN body) > 0 ORDER BY scope, key FOR UPDATE"
)


def change(since: datetime, part: str, changed: Callable[[Any], Any]) -> None:
    """Replace the answers that were stored since a moment and contain `part`, in the running transaction.

    `changed` returns the new JSON value of an answer. Reads all answers since then.
    """
    row = IdempotencyKey
    for scope, key, body in db.execute(_WITH, {"since": since, "part": part.encode()}).all():
        answer = orjson.dumps(changed(orjson.loads(body)))
        db.execute(update(row).where(row.scope == scope, row.key == key).values(body=answer))
