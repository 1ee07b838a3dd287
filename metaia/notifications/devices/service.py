"""Registering devices for push messages. An app registers at each start; a registration ends with its session."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, text

from metaia.core import db, json
from metaia.core.access.actor import Actor
from metaia.core.audit import log as audit_log
from metaia.core.db import AnyRow
from metaia.core.errors import NotFound
from metaia.core.ids import new_id
from metaia.core.times import now
from metaia.notifications.devices.models import DeviceRow
from metaia.users import queries as user_queries

MAX_DEVICES = 20  # per user

# A device that changes its user gets a new id, so messages queued for the former user do not reach the new one.
REGISTER = text(
    """
    WITH before AS (SELECT user_id FROM devices WHERE kind = :kind AND token = :token)
    INSERT INTO devices AS device (id, user_id, kind, token, keys, name, session_id, registered_at)
    VALUES (:id, :user_id, :kind, :token, CAST(:keys AS jsonb), :name, :session_id, :now)
    ON CONFLICT (kind, token) DO UPDATE SET
        id = CASE WHEN device.user_id = excluded.user_id THEN device.id ELSE excluded.id END,
        user_id = excluded.user_id, keys = excluded.keys, name = excluded.name, session_id = excluded.session_id,
        registered_at = excluded.registered_at, dropped_at = NULL, dropped_because = NULL
    RETURNING device.*, (SELECT user_id FROM before) AS former
    """
)
DROP = text(
    "UPDATE devices SET dropped_at = :now, dropped_because = 'session_ended'"
    " WHERE session_id = ANY(CAST(:sessions AS uuid[])) AND dropped_at IS NULL RETURNING id, user_id, kind"
)
# Above the limit, dropped devices are deleted first, then the oldest registrations.
DELETE_EXCESS = text(
    """
    DELETE FROM devices WHERE id IN (
        SELECT id FROM devices WHERE user_id = :user_id
        ORDER BY dropped_at IS NULL DESC, registered_at DESC, id DESC OFFSET :max
    )
    """
)


def register(actor: Actor, device: dict[str, Any]) -> tuple[AnyRow, bool]:
    """Register a device of the actor; return it, and whether it is new. A former user of the device loses it."""
    values = {
        "id": new_id(),
        "user_id": actor.id,
        "session_id": actor.session_id or None,  # demo data have no session
        "now": now(),
        **device,
        "keys": json.dumps(device["keys"] or {}),
    }
    with db.transaction():
        user_queries.to_change(actor.id)  # the row lock serialises registrations, so the limit holds
        row = db.execute(REGISTER, values).one()
        if row.former == actor.id:
            return row, False
        db.execute(DELETE_EXCESS, {"user_id": actor.id, "max": MAX_DEVICES})
        if row.former is not None:
            _audit("device_left", str(row.former), row)
        _audit("device_registered", actor.id, row)
    return row, True


def unregister(actor: Actor, device_id: str) -> None:
    """Delete a device of the actor. Raises NotFound."""
    with db.transaction():
        deleted = delete(DeviceRow).where(DeviceRow.id == device_id, DeviceRow.user_id == actor.id)
        row = db.execute(deleted.returning(DeviceRow.id, DeviceRow.kind)).first()
        if row is None:
            raise NotFound("You have no such device.")
        _audit("device_removed", actor.id, row)


def drop_for_sessions(session_ids: Sequence[str]) -> None:
    """Drop the devices registered in these sessions, which have ended, in the running transaction.

    The next user of a shared device must not see messages for the former one.
    """
    for row in db.execute(DROP, {"sessions": list(session_ids), "now": now()}):
        _audit("device_dropped", str(row.user_id), row)


def _audit(event: str, user_id: str, row: AnyRow) -> None:
    """Record in the audit log which device gets, or no longer gets, the messages of a user."""
    device = {"id": str(row.id), "kind": row.kind}
    audit_log.record(f"notifications.{event}", subject=f"user-{user_id}", after=device)
