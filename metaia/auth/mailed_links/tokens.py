"""Email tokens: each works once, for one purpose, for a limited time, and proves access to the mailbox it was sent to.

A token is the id of its row and an HMAC-SHA256 of it with SECRET_KEY. It is computed when it is needed and never
stored, so neither a copy of the database nor a log contains a link that works.
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
from metaia.auth.mailed_links.models import EmailToken
from metaia.core import db
from metaia.core.access import secret_keys
from metaia.core.db import AnyRow
from metaia.core.errors import Gone, Invalid, declare
from metaia.core.times import now
from metaia.notifications.suppressions import service as suppression_service
from metaia.users import queries as user_queries
from metaia.users.queries import Person
from metaia.users.state import DISABLED

VERIFY_EMAIL, RESET_PASSWORD, UNLOCK = "verify_email", "reset_password", "unlock"
CHANGE_OLD, CHANGE_NEW = (
    "change_email_old",
    "change_email_new",
)  # named for the mailbox that the link is sent to
MINUTES = {VERIFY_EMAIL: 24 * 60, RESET_PASSWORD: 30, CHANGE_OLD: 60, CHANGE_NEW: 60, UNLOCK: 30}
_TOKEN = re.compile(r"[A-Za-z0-9_-]{64}")  # 16 bytes of id and 32 of signature, in base64url
declare(
    {
        "proof_invalid": "The link is not one of ours, or not complete.",
        "proof_expired": "The link's time is up, or a newer one was sent.",
        "proof_used": "The link was used before.",
    }
)


@dataclass(frozen=True)
class Redeemed:
    """An email token that was used in the running transaction, and its user, row-locked."""

    person: Person
    purpose: str
    data: dict[str, Any]


def encode(token_id: str, purpose: str) -> str:
    """Return the token for the row with the id `token_id`."""
    key = uuid.UUID(token_id).bytes
    return base64.urlsafe_b64encode(key + _signature(secret_keys.current_key(), purpose, key)).decode()


def issue(user_id: str, purpose: str, data: dict[str, Any], minutes: int, *, token_id: str) -> bool:
    """Add an email token for a new or row-locked user, and revoke the older ones of its purpose.

    Returns False if a token with this id exists.
    """
    moment = now()
    row = insert(EmailToken).values(
        id=token_id,
        user_id=user_id,
        purpose=purpose,
        data=data,
        created_at=moment,
        expires_at=moment + timedelta(minutes=minutes),
    )
    if db.execute(row.on_conflict_do_nothing().returning(EmailToken.id)).first() is None:
        return False
    revoke(user_id, purpose, except_id=token_id)
    return True


def verify(token: str, *purposes: str) -> AnyRow:
    """Return the row of a token for one of `purposes`, without using it. Raises Invalid, and Gone (used, expired)."""
    return _require_usable(queries.email_token(_decode(token, purposes)))


def redeem(token: str, *purposes: str) -> Redeemed:
    """Use a token, in the running transaction. Raises as `verify` does, also for the second of two requests at once."""
    user_id = verify(token, *purposes).user_id
    person = user_queries.to_change(user_id)  # before the token: `to_change` explains the order of locks
    row = _require_usable(queries.email_token(_decode(token, purposes), for_update=True))
    if person is None or person.inactive_because == DISABLED:
        raise _expired()
    db.execute(update(EmailToken).where(EmailToken.id == row.id).values(used_at=now()))
    suppression_service.prove(row.data["email"] if row.purpose == CHANGE_NEW else person.email)
    return Redeemed(person, row.purpose, row.data)


def revoke(user_id: str, *purposes: str, except_id: str | None = None) -> None:
    """Let the unused tokens of a row-locked user for `purposes` expire now, except the one with `except_id`."""
    moment = now()
    usable = (
        EmailToken.used_at.is_(None),
        EmailToken.expires_at > moment,
        EmailToken.id.is_distinct_from(except_id),
    )
    statement = update(EmailToken).where(
        EmailToken.user_id == user_id, EmailToken.purpose.in_(purposes), *usable
    )
    db.execute(statement.values(expires_at=moment))


def erase(user_id: str) -> None:
    """Delete all tokens of a user, in the running transaction."""
    db.execute(delete(EmailToken).where(EmailToken.user_id == user_id))


def purge_expired(before: datetime) -> int:
    """Delete the tokens that expired before a moment, in the running transaction; return how many."""
    return db.execute(delete(EmailToken).where(EmailToken.expires_at < before)).rowcount


def _signature(secret: str, purpose: str, key: bytes) -> bytes:
    # The word `proof` is part of every link that was mailed: another one would invalidate them.
    return hmac.digest(secret.encode(), b"|".join([b"proof", purpose.encode(), key]), hashlib.sha256)


def _decode(token: str, purposes: tuple[str, ...]) -> str:
    """Return the id in a token that was signed with a current or previous key for a purpose. Raises Invalid."""
    raw = base64.urlsafe_b64decode(token) if _TOKEN.fullmatch(token) else b""
    key, given = raw[:16], raw[16:]
    signatures = (
        _signature(secret, purpose, key) for secret in secret_keys.all_keys() for purpose in purposes
    )
    if not any(hmac.compare_digest(signature, given) for signature in signatures):
        raise Invalid("This link is not valid.", code="proof_invalid")
    return str(uuid.UUID(bytes=key))


def _require_usable(row: AnyRow | None) -> AnyRow:
    if row is None:
        raise _expired()  # the signature is ours, so the row was purged
    if row.used_at is not None:
        raise Gone("This link was used before.", code="proof_used")
    if row.expires_at <= now():
        raise _expired()
    return row


def _expired() -> Gone:
    return Gone("This link is too old, or a newer one was sent.", code="proof_expired")
