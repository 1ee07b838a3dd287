"""Selects on the devices of users."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from metaia.core import db
from metaia.core.db import AnyRow
from metaia.core.db.expressions import among
from metaia.notifications.devices.models import DeviceRow


def reachable_ids(user_ids: Sequence[str]) -> dict[str, list[str]]:
    """Return the ids of the devices that still get push messages, by user id."""
    reachable = select(DeviceRow.user_id, DeviceRow.id).where(
        among(DeviceRow.user_id, user_ids), DeviceRow.dropped_at.is_(None)
    )
    ids: dict[str, list[str]] = {}
    for row in db.fetch_all(reachable.order_by(DeviceRow.id)):
        ids.setdefault(row.user_id, []).append(row.id)
    return ids


def get_many(user_id: str) -> list[AnyRow]:
    """Return the devices of a user that still get push messages, the latest registration first."""
    own = select(DeviceRow.__table__).where(DeviceRow.user_id == user_id, DeviceRow.dropped_at.is_(None))
    return db.fetch_all(own.order_by(DeviceRow.registered_at.desc(), DeviceRow.id))
