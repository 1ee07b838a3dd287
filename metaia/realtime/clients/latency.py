"""Latency at the client: for one delivery in LATENCY_SAMPLE, the server asks the client for an acknowledgement.

Every delivery has the same chance, and an asked client keeps its place in the order of sending. A client that owes an
acknowledgement is not asked again before it has sent it. So a client that never acknowledges costs one entry.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime
from itertools import count
from random import randrange

from flask import Flask

from metaia.core import metrics

_every = 0  # deliveries, of which one is acknowledged; 0: none
_numbers = count(1)
_pending: dict[
    str, tuple[int, float]
] = {}  # by sid: number of the acknowledgement, time of the event's recording


def init_app(app: Flask) -> None:
    """Read LATENCY_SAMPLE."""
    global _every
    _every = app.config["LATENCY_SAMPLE"]


def sample(sids: Sequence[str], recorded_at: str) -> dict[str, int]:
    """Choose clients among those that get an event; return the number of each one's acknowledgement."""
    if _every < 1:
        return {}
    chosen = sids[randrange(_every) :: _every]  # noqa: S311 - guessing the choice has no use for an attacker
    asked = {sid: next(_numbers) for sid in chosen if sid not in _pending}
    if asked:
        recorded = datetime.fromisoformat(recorded_at).timestamp()
        _pending.update({sid: (number, recorded) for sid, number in asked.items()})
        metrics.acknowledgements["asked"] += len(asked)
    return asked


def acknowledged(sid: str | None, number: int | None) -> None:
    """Count an acknowledgement, if it is the one that the client owes."""
    if sid is None or sid not in _pending or _pending[sid][0] != number:
        return
    _, recorded = _pending.pop(sid)
    metrics.acknowledgements["received"] += 1
    metrics.acknowledged.observe(time.time() - recorded)


def remove(sid: str) -> None:
    """Remove a client that has disconnected."""
    _pending.pop(sid, None)


def pending() -> int:
    """Return the number of clients that were asked and have not acknowledged yet."""
    return len(_pending)
