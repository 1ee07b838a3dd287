"""The statuses of an announcement, which follow from its times. Pure."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

SCHEDULED, LIVE, ENDED, REVOKED = "scheduled", "live", "ended", "revoked"
STATUSES = (SCHEDULED, LIVE, ENDED, REVOKED)
OPEN = frozenset({SCHEDULED, LIVE})  # may be changed


class Times(Protocol):
    """The times of an announcement."""

    @property
    def ends_at(self) -> datetime: ...
    @property
    def published_at(self) -> datetime | None: ...
    @property
    def revoked_at(self) -> datetime | None: ...


def status(this: Times, at: datetime) -> str:
    """Return the status at a time."""
    if this.revoked_at is not None:
        return REVOKED
    if this.ends_at <= at:
        return ENDED
    return SCHEDULED if this.published_at is None else LIVE
