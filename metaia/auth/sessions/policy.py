"""The rule for a refresh token that is used a second time; pure."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta

from metaia.core.db import AnyRow

ATTEMPT = timedelta(minutes=10)  # for so long, the `attemptId` of a refresh gives its answer again


def attempt_hash(attempt_id: str | None) -> bytes | None:
    """Return what is stored of an `attemptId`. The client's 22 random characters make a salt needless."""
    return hashlib.sha256(attempt_id.encode()).digest() if attempt_id else None


def may_repeat(session: AnyRow, jti: str, attempt: bytes | None, moment: datetime, reuse: timedelta) -> bool:
    """Return whether the refresh token `jti` of a session, used up before, may give its successor again.

    Two tabs use one token at once, and an answer may be lost. The token must be the one that the latest replaced, and
    either was used up less than `reuse` ago, or the caller knows the `attemptId` of that refresh. A copied token meets
    neither condition once its owner has been refreshing for a while.
    """
    if session.previous_jti != jti or session.rotated_at is None:
        return False
    if session.rotated_at != session.used_at:
        return False  # a process of an earlier release has rotated since: it does not set `previous_jti`
    age = moment - session.rotated_at
    known = attempt is not None and session.attempt_hash is not None
    same_attempt = known and hmac.compare_digest(attempt or b"", bytes(session.attempt_hash or b""))
    return age < reuse or (same_attempt and age < ATTEMPT)
