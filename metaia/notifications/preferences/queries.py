"""Selects on the preferences of users."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import bindparam, select

from metaia.core import db, times
from metaia.core.db.driver import PreparedSelect
from metaia.core.db.expressions import among
from metaia.core.errors import NotFound
from metaia.notifications.preferences.models import PreferencesRow
from metaia.notifications.preferences.policy import Preferences
from metaia.users import queries as user_queries

_COLUMNS = select(
    user_queries.ID, user_queries.TIME_ZONE, PreferencesRow.muted, PreferencesRow.off, PreferencesRow.digest,
    PreferencesRow.quiet_from, PreferencesRow.quiet_until, PreferencesRow.version,
).outerjoin(PreferencesRow, PreferencesRow.user_id == user_queries.ID)  # fmt: skip

_one = PreparedSelect(_COLUMNS.where(bindparam("user_id") == user_queries.ID))


def get(user_id: str) -> tuple[Preferences, int]:
    """Return the preferences of a user and their version, which is 1 before the first change. Raises NotFound."""
    row = db.fetch_tuple(_one, {"user_id": user_id})
    if row is None:
        raise NotFound
    return _preferences(row), row[-1] or 1


def get_many(user_ids: Sequence[str]) -> dict[str, Preferences]:
    """Return the preferences of users by user id."""
    rows = db.fetch_all(_COLUMNS.where(among(user_queries.ID, user_ids)))
    return {row.id: _preferences(row) for row in rows}


def _preferences(row: Iterable[Any]) -> Preferences:
    _, time_zone, muted, off, digest, quiet_from, quiet_until, _ = row
    quiet = None if quiet_from is None or quiet_until is None else (quiet_from, quiet_until)
    place = times.zone(time_zone) or times.UTC_ZONE  # an error would stop the planning of a whole batch
    return Preferences(place, bool(muted), off or {}, digest or {}, quiet)
