"""How long it takes until a client has an event: one delivery in so many asks its client for an acknowledgement.

Every delivery has the same chance, and a client that is asked keeps its place among the others. A client owes one
answer at most and is not asked again before it has given it: one that never answers costs an entry while it is there.
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
_owed: dict[str, tuple[int, float]] = {}  # by sid: the answer's number, and when the event was recorded


def init_app(app: Flask) -> None:
    """Read the setting."""
    global _every
    _every = app.config["LATENCY_SAMPLE"]


def ask(sids: Sequence[str], recorded_at: str) -> dict[str, int]:
    """Return which of the clients that get an event are to acknowledge it, each with the number of its answer."""
    if _every < 1:
        return {}
    chosen = sids[randrange(_every) :: _every]  # noqa: S311 - nobody gains anything by guessing it
    asked = {sid: next(_numbers) for sid in chosen if sid not in _owed}
    if asked:
        recorded = datetime.fromisoformat(recorded_at).timestamp()
        _owed.update({sid: (number, recorded) for sid, number in asked.items()})
        metrics.acknowledgements["asked"] += len(asked)
    return asked


def answered(sid: str | None, number: int | None) -> None:
    """Count an acknowledgement, if it is the one that the client owes."""
    if sid is None or sid not in _owed or _owed[sid][0] != number:
        return
    _, recorded = _owed.pop(sid)
    metrics.acknowledgements["received"] += 1
    metrics.acknowledged.observe(time.time() - recorded)


def forget(sid: str) -> None:
    """Forget a client that has gone."""
    _owed.pop(sid, None)


def owed() -> int:
    """Return how many clients have been asked and have not answered."""
    return len(_owed)
