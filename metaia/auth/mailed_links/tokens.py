"""Proofs: links sent by mail that work once and not for long. Whoever opens one reads that mailbox.

A token is made from its row's id with SECRET_KEY whenever it is needed, and stored nowhere: neither a copy of the
database nor a log gives anybody a link that works.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, update
from sqlalchemy.dialects.postgresql import insert

from metaia.auth.mailed_links import queries
from metaia.auth.mailed_links.models import Proof
from metaia.core import db
from metaia.core.access import secret_keys
from metaia.core.db import AnyRow
from metaia.core.errors import Gone, Invalid, declare
from metaia.core.times import now
from metaia.users import queries as user_queries
from metaia.users.queries import Person
from metaia.users.state import DISABLED

VERIFY_EMAIL, RESET_PASSWORD, UNLOCK = "verify_email", "reset_password", "unlock"
CHANGE_OLD, CHANGE_NEW = "change_email_old", "change_email_new"  # by the mailbox that the link goes to
MINUTES = {VERIFY_EMAIL: 24 * 60, RESET_PASSWORD: 30, CHANGE_OLD: 60, CHANGE_NEW: 60, UNLOCK: 30}
_TOKEN = re.compile(r"[A-Za-z0-9_-]{64}")  # 16 bytes of id, 32 of signature
declare(
    {
        "proof_invalid": "The link is not one of ours, or not complete.",
        "proof_expired": "The link's time is up, or a newer one was sent.",
        "proof_used": "The link was used before.",
    }
)


@dataclass(frozen=True)
class Used:
    """A proof that has just been used, and its user, locked."""

    person: Person
    purpose: str
    data: dict[str, Any]


def token(proof_id: str, purpose: str) -> str:
    """Return the secret part of a link."""
    key = uuid.UUID(proof_id).bytes
    return base64.urlsafe_b64encode(key + _signature(secret_keys.newest(), purpose, key)).decode()


def issue(user_id: str, purpose: str, data: dict[str, Any], minutes: int, *, proof_id: str) -> bool:
    """Add a proof for a user who is locked or new; older ones of its purpose are void. False if there is this one."""
    moment = now()
    row = insert(Proof).values(
        id=proof_id,
        user_id=user_id,
        purpose=purpose,
        data=data,
        created_at=moment,
        expires_at=moment + timedelta(minutes=minutes),
    )
    if db.execute(row.on_conflict_do_nothing().returning(Proof.id)).first() is None:
        return False
    void(user_id, purpose, but=proof_id)
    return True


def look(token: str, *purposes: str) -> AnyRow:
    """Return the proof that a token of one of `purposes` stands for. Raises Invalid, and Gone (used, or expired)."""
    proof_id = _read(token, purposes)
    return _usable(queries.proof(proof_id))


def use(token: str, *purposes: str) -> Used:
    """Use a proof up, in the running transaction. Raises as `look` does; of two at once the second raises Gone."""
    user_id = look(token, *purposes).user_id
    person = user_queries.to_change(user_id)  # before its proof: see there
    proof = _usable(queries.proof(_read(token, purposes), lock=True))
    if person is None or person.inactive_because == DISABLED:
        raise _expired()
    db.execute(update(Proof).where(Proof.id == proof.id).values(used_at=now()))
    return Used(person, proof.purpose, proof.data)


def void(user_id: str, *purposes: str, but: str | None = None) -> None:
    """Let a locked user's links for `purposes`, except `but`, expire now."""
    moment = now()
    alive = (Proof.used_at.is_(None), Proof.expires_at > moment, Proof.id.is_distinct_from(but))
    theirs = update(Proof).where(Proof.user_id == user_id, Proof.purpose.in_(purposes), *alive)
    db.execute(theirs.values(expires_at=moment))


def forget(user_id: str) -> None:
    """Delete a user's proofs, in the running transaction."""
    db.execute(delete(Proof).where(Proof.user_id == user_id))


def tidy(before: datetime) -> int:
    """Delete the proofs that expired before a moment, in the running transaction; return how many."""
    return db.execute(delete(Proof).where(Proof.expires_at < before)).rowcount


def _signature(secret: str, purpose: str, key: bytes) -> bytes:
    return hmac.digest(secret.encode(), b"|".join([b"proof", purpose.encode(), key]), hashlib.sha256)


def _read(token: str, purposes: tuple[str, ...]) -> str:
    """Return the proof's id if the token is one of ours and for one of `purposes`. Raises Invalid."""
    raw = base64.urlsafe_b64decode(token) if _TOKEN.fullmatch(token) else b""
    key, given = raw[:16], raw[16:]
    signatures = (_signature(secret, purpose, key) for secret in secret_keys.every() for purpose in purposes)
    if not any(hmac.compare_digest(signature, given) for signature in signatures):
        raise Invalid("This link is not valid.", code="proof_invalid")
    return str(uuid.UUID(bytes=key))


def _usable(proof: AnyRow | None) -> AnyRow:
    if proof is None:
        raise _expired()  # it was ours, and has been tidied away
    if proof.used_at is not None:
        raise Gone("This link was used before.", code="proof_used")
    if proof.expires_at <= now():
        raise _expired()
    return proof


def _expired() -> Gone:
    return Gone("This link is too old, or a newer one was sent.", code="proof_expired")
