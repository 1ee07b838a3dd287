"""Every select on sessions."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from metaia.auth.models import Session
from metaia.core import db
from metaia.core.db import AnyRow


def locked(session_id: str) -> AnyRow | None:
    """Return a session's row, locked until the running transaction ends."""
    columns = (Session.id, Session.user_id, Session.refresh_jti, Session.ended_at)
    return db.fetch_one(select(*columns).where(Session.id == session_id).with_for_update())


def open_ids(user_id: str) -> list[str]:
    """Return the ids of a user's sessions that have not ended, locked until the running transaction ends."""
    query = select(Session.id).where(Session.user_id == user_id, Session.ended_at.is_(None)).with_for_update()
    return [row.id for row in db.fetch_all(query)]


def ended_since(moment: datetime) -> list[str]:
    """Return the ids of the sessions that ended after `moment`."""
    return [row.id for row in db.fetch_all(select(Session.id).where(Session.ended_at > moment))]
