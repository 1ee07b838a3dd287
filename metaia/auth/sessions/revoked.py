"""Sessions that ended while their access tokens still run: known to every process through the event log.

A token is checked without asking anybody; this set is what makes that safe. It is filled from the database when the
process starts and by each `session.ended` event after that, so it costs no round trip per request.
"""

from __future__ import annotations

import time

from flask import current_app

_ended: dict[str, float] = {}


def add(session_id: str) -> None:
    """Remember that a session has ended, for as long as a token of it may live."""
    moment = time.monotonic()
    for old in [key for key, until in _ended.items() if until < moment]:
        del _ended[old]
    _ended[session_id] = moment + 60 * current_app.config["ACCESS_TOKEN_MINUTES"]


def has(session_id: str) -> bool:
    """Return whether the session has ended."""
    return session_id in _ended
