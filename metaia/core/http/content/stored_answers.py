"""Changing the answers that are stored for repeated requests: a deleted text must not come back with one of them."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import text, update

from metaia.core import db
from metaia.core.http.idempotency import IdempotencyKey

_WITH = text(
    "SELECT scope, key, body FROM idempotency_keys"
    " WHERE scope = ANY(:scopes) AND created_at >= :since"
    " AND position(CAST(:part AS bytea) IN body) > 0"
    " ORDER BY scope, key FOR UPDATE"
)


def change(user_ids: Collection[str], since: datetime, part: str, changed: Callable[[Any], Any]) -> None:
    """Replace the answers to these users that were stored since a moment and contain `part`.

    It belongs to the running transaction. `changed` returns the new JSON value of an answer. Reads all their answers
    since then.
    """
    row, values = IdempotencyKey, {"scopes": sorted(user_ids), "since": since, "part": part.encode()}
    for scope, key, body in db.execute(_WITH, values).all():
        answer = orjson.dumps(changed(orjson.loads(body)))
        db.execute(update(row).where(row.scope == scope, row.key == key).values(body=answer))
