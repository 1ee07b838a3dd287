"""Every select on email tokens."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from metaia.auth.mailed_links.models import Proof
from metaia.core import db
from metaia.core.db import AnyRow


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
