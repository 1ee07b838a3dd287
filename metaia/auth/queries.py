"""Every select on sessions and proofs."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from metaia.auth.models import Proof, Session
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


def proof(proof_id: str, *, lock: bool = False) -> AnyRow | None:
    """Return a proof's row; with `lock`, locked until the running transaction ends."""
    query = select(Proof.__table__).where(Proof.id == proof_id)
    return db.fetch_one(query.with_for_update() if lock else query)


def proofs_since(user_id: str, purpose: str, moment: datetime) -> int:
    """Return how many proofs of a purpose a user has got since `moment`."""
    mine = (Proof.user_id == user_id, Proof.purpose == purpose, Proof.created_at > moment)
    return int(db.fetch_value(select(func.count()).where(*mine)))


def change_agreed(user_id: str, purpose: str, change: str) -> bool:
    """Return whether a mailbox has agreed to a change of e-mail address: whether that proof of it was used."""
    mine = (Proof.user_id == user_id, Proof.purpose == purpose, Proof.used_at.is_not(None))
    same = Proof.data["change"].astext == change
    return db.fetch_one(select(Proof.id).where(*mine, same)) is not None
