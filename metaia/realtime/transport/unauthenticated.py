"""Engine.IO connections without a valid token: each may stay for some seconds, and their number is limited.

When the limit is reached, the oldest unauthenticated connection is closed. METAIA's clients send their token at once,
so many silent connections of an attacker only displace each other.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from metaia.core import metrics

SECONDS = 20.0  # clients may have to fetch a newer token first
TRIES = 10  # refused tokens on one connection
MAX_CONNECTIONS = 10_000  # in one process; each takes some 4 KB
REASON, REFUSED = "never connected", "refused too often"
_since: dict[str, tuple[float, Callable[[], object]]] = {}  # by Engine.IO's sid, the oldest first


def add(sid: str, close: Callable[[], object]) -> None:
    """Add a connection; `close` ends it, and returns at once."""
    if len(_since) >= MAX_CONNECTIONS:
        _close(next(iter(_since)))
    _since[sid] = (time.monotonic(), close)


def remove(sid: str) -> None:
    """Remove a connection that has authenticated or closed."""
    _since.pop(sid, None)


def close_expired() -> None:
    """Close the connections that have been unauthenticated for SECONDS."""
    moment = time.monotonic()
    expired = []
    for sid, (since, _) in _since.items():
        if moment - since < SECONDS:
            break
        expired.append(sid)
    for sid in expired:
        _close(sid)


def _close(sid: str) -> None:
    _, close = _since.pop(sid)
    metrics.ended[REASON] += 1
    close()
