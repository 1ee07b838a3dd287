"""Statistics on the notifications of a period."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from metaia.core.db import AnyRow
from metaia.core.json import Json
from metaia.core.times import rfc3339
from metaia.notifications.delivery.stats import funnel
from metaia.notifications.support import queries


def between(since: datetime, until: datetime, by: Sequence[str]) -> Json:
    """Return the counts of the deliveries of a period, grouped by `by`, and the funnel of its notifications."""
    names = tuple(dict.fromkeys(by))
    return {
        "from": rfc3339(since),
        "to": rfc3339(until),
        "counts": [_with_iso_day(row) for row in queries.counts(since, until, names)],
        "funnel": funnel(*queries.created_between(since, until)),
    }


def _with_iso_day(row: AnyRow) -> Json:
    shown = dict(row._mapping)
    return shown | ({"day": shown["day"].isoformat()} if "day" in shown else {})
