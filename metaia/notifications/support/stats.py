"""How many notifications got how far."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from metaia.core.db import AnyRow
from metaia.core.times import rfc3339
from metaia.notifications.support import queries

Json = dict[str, Any]


def between(since: datetime, until: datetime, by: Sequence[str]) -> Json:
    """Return the deliveries planned from `since` to `until` by status and `by`, and the funnel of that time."""
    names = tuple(dict.fromkeys(by))
    return {
        "from": rfc3339(since),
        "to": rfc3339(until),
        "counts": [_dated(row) for row in queries.counts(since, until, names)],
        "funnel": dict(queries.funnel(*queries.told_between(since, until))._mapping),
    }


def funnel_of_campaign(campaign_id: str) -> Json:
    """Return how far the recipients of a campaign have got."""
    return dict(queries.funnel(queries.of_campaign(campaign_id))._mapping)


def _dated(row: AnyRow) -> Json:
    shown = dict(row._mapping)
    return shown | ({"day": shown["day"].isoformat()} if "day" in shown else {})
