"""Ended sessions with access tokens that have not expired: every process holds this set, filled by events.

The signature of an access token is checked without a query; this set is what makes that safe. A process fills it from
the database at start and adds each `session.ended` event afterwards, so it costs no round trip per request.
"""

from __future__ import annotations

import time
from datetime import timedelta

from flask import current_app

from metaia.auth.sessions import queries
from metaia.core.times import now

_ended: dict[str, float] = {}  # session id → monotonic time after which no access token of it is valid


def add(session_id: str) -> None:
    """Add an ended session for the lifetime of an access token, and drop the entries that are no longer needed."""
    moment = time.monotonic()
    for old in [key for key, until in _ended.items() if until < moment]:
        del _ended[old]
    _ended[session_id] = moment + 60 * current_app.config["ACCESS_TOKEN_MINUTES"]


def has(session_id: str) -> bool:
    """Return whether the session has ended."""
    return session_id in _ended


def open_roles(session_ids: list[str]) -> dict[str, str]:
    """Return the users' roles by the ids of those sessions that are open, from the database."""
    moment, config = now(), current_app.config
    used_since = moment - timedelta(days=config["REFRESH_TOKEN_DAYS"])
    return queries.open_roles(session_ids, used_since, moment - timedelta(days=config["SESSION_DAYS"]))
