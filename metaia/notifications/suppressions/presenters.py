"""Suppressions as JSON."""

from __future__ import annotations

from metaia.core.db import AnyRow
from metaia.core.http.presenters import presenter
from metaia.core.json import Json
from metaia.core.times import now
from metaia.notifications.content import templates
from metaia.notifications.suppressions import policy
from metaia.notifications.suppressions.schemas import StaffSuppression, SuppressionOut


def _is_active(row: AnyRow) -> bool:
    return row.ended_at is None and (row.until is None or row.until > now())


def _category(row: AnyRow) -> str | None:
    return row.category or None


for_staff = presenter(StaffSuppression, computed={"category": _category, "active": _is_active})
_own = presenter(
    SuppressionOut,
    computed={"category": _category, "can_lift": lambda row: row.reason in policy.BY_OWNER},
    without=["title", "meaning"],
)


def own(row: AnyRow, locale: str) -> Json:
    """Return a suppression as its owner sees it: with its meaning, and what ends it, in their language."""
    name = templates.render(f"category_{row.category}", locale, {}).title if row.category else None
    text = templates.render(f"suppression_{row.reason}", locale, {"channel": row.channel, "category": name})
    return _own(row) | {"title": text.title, "meaning": text.message}
