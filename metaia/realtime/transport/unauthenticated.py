"""Engine.IO connections that have not said who they are: for some seconds, and so many at once.

When there are too many the oldest goes: clients of ours say who they are at once, so whoever fills this process with
connections that say nothing puts out their own.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from metaia.core import metrics

SECONDS = 20.0  # clients may have to fetch a newer token first
TRIES = 10  # to say it
MOST = 10_000  # in one process; each takes some 4 KB
REASON, REFUSED = "never connected", "refused too often"
_waiting: dict[str, tuple[float, Callable[[], object]]] = {}  # by Engine.IO's sid, the oldest first


def came(sid: str, put_out: Callable[[], object]) -> None:
    """Wait for somebody to say who they are; `put_out` ends the connection, and returns at once."""
    if len(_waiting) >= MOST:
        _put_out(next(iter(_waiting)))
    _waiting[sid] = (time.monotonic(), put_out)


def known(sid: str) -> None:
    """Wait no longer: they have said it, or have gone."""
    _waiting.pop(sid, None)


def put_out_late() -> None:
    """End the connections of those who have had their time."""
    moment = time.monotonic()
    late = []
    for sid, (since, _) in _waiting.items():
        if moment - since < SECONDS:
            break
        late.append(sid)
    for sid in late:
        _put_out(sid)


def _put_out(sid: str) -> None:
    _, put_out = _waiting.pop(sid)
    metrics.ended[REASON] += 1
    put_out()
