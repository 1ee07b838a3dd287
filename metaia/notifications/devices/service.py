"""Where people can be reached by push: an app says so at each of its starts, and it holds as long as its session."""

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
from metaia.notifications.models import Device
from metaia.users import queries as user_queries

MOST = 20  # of a user; the dropped ones, and then those not heard of for longest, make room

# A device that changes hands gets another id: what is on its way to the former user must not come to the next.
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
MAKE_ROOM = text(
    """
    DELETE FROM devices WHERE id IN (
        SELECT id FROM devices WHERE user_id = :user_id
        ORDER BY dropped_at IS NULL DESC, registered_at DESC, id DESC OFFSET :most
    )
    """
)


def register(actor: Actor, given: dict[str, Any]) -> tuple[AnyRow, bool]:
    """Remember one of the actor's devices; return it, and whether it is new to them. Who had it before loses it."""
    values = {
        "id": new_id(),
        "user_id": actor.id,
        "session_id": actor.session_id or None,  # demo data come without one
        "now": now(),
        **given,
        "keys": json.dumps(given["keys"] or {}),
    }
    with db.transaction():
        user_queries.to_change(actor.id)  # one at a time, so that the limit holds
        row = db.execute(REGISTER, values).one()
        if row.former == actor.id:
            return row, False
        db.execute(MAKE_ROOM, {"user_id": actor.id, "most": MOST})
        if row.former is not None:
            _note("device_left", str(row.former), row)
        _note("device_registered", actor.id, row)
    return row, True


def remove(actor: Actor, device_id: str) -> None:
    """Forget one of the actor's devices. Raises NotFound."""
    with db.transaction():
        gone = delete(Device).where(Device.id == device_id, Device.user_id == actor.id)
        row = db.execute(gone.returning(Device.id, Device.kind)).first()
        if row is None:
            raise NotFound("You have no such device.")
        _note("device_removed", actor.id, row)


def drop_of(session_ids: Sequence[str]) -> None:
    """Send nothing more to what was registered in these sessions, in the running transaction: they have ended.

    Whoever has the telephone now must not read what the former user is told.
    """
    for row in db.execute(DROP, {"sessions": list(session_ids), "now": now()}):
        _note("device_dropped", str(row.user_id), row)


def _note(what: str, user_id: str, row: AnyRow) -> None:
    """Somebody's messages will be read elsewhere: that is for the audit log."""
    device = {"id": str(row.id), "kind": row.kind}
    audit_log.record(f"notifications.{what}", subject=f"user-{user_id}", after=device)
