"""Selects on the preferences of users."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from metaia.core import db, times
from metaia.core.db import AnyRow
from metaia.core.db.expressions import among
from metaia.core.errors import NotFound
from metaia.notifications.preferences.models import PreferencesRow
from metaia.notifications.preferences.policy import Preferences
from metaia.users import queries as user_queries

_COLUMNS = select(
    user_queries.ID, user_queries.TIME_ZONE, PreferencesRow.muted, PreferencesRow.off, PreferencesRow.digest,
    PreferencesRow.quiet_from, PreferencesRow.quiet_until, PreferencesRow.version,
).outerjoin(PreferencesRow, PreferencesRow.user_id == user_queries.ID)  # fmt: skip


def get(user_id: str) -> tuple[Preferences, int]:
    """Return the preferences of a user and their version, which is 1 before the first change. Raises NotFound."""
    row = db.fetch_one(_COLUMNS.where(among(user_queries.ID, [user_id])))
    if row is None:
        raise NotFound
    return _preferences(row), row.version or 1


def get_many(user_ids: Sequence[str]) -> dict[str, Preferences]:
    """Return the preferences of users by user id."""
    rows = db.fetch_all(_COLUMNS.where(among(user_queries.ID, user_ids)))
    return {row.id: _preferences(row) for row in rows}


def _preferences(row: AnyRow) -> Preferences:
    quiet = None if row.quiet_from is None or row.quiet_until is None else (row.quiet_from, row.quiet_until)
    place = (
        times.zone(row.time_zone) or times.UTC_ZONE
    )  # an error here would stop the planning of a whole batch
    return Preferences(place, bool(row.muted), row.off or {}, row.digest or {}, quiet)
