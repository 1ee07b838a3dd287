"""Messages of sockets that clients may repeat: with the same key they get the first answer, and take effect once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import orjson

from metaia.core import db
from metaia.core.http import idempotency
from metaia.core.http.idempotency import Fingerprints
from metaia.core.json import Json


def run_once(key: str | None, name: str, given: Json, work: Callable[[], Json]) -> Json:
    """Return `work()`, or the stored answer to a message of a socket that is repeated with its key.

    It runs in a transaction. `name` is that of the event, `given` its validated argument. Raises Conflict and Invalid.
    """
    with db.transaction():
        if key is None:
            return work()
        idempotency.require_valid(key, "commandId")
        values = orjson.dumps(given, default=str, option=orjson.OPT_SORT_KEYS)
        fingerprint = hashlib.sha256(name.encode() + b"\n" + values).hexdigest()
        fingerprints = Fingerprints(fingerprint, fingerprint)
        row = idempotency.find(key, lambda: fingerprints)
        if row is not None:
            stored: Json = orjson.loads(row.body)
            return stored
        answer = work()
        idempotency.append(key, fingerprints, 200, orjson.dumps(answer), None)
        return answer
