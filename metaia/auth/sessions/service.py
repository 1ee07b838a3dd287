"""Sessions: begin, rotate and end them.

The functions for an actor (`logout`, `logout_all`, `end_own`) open a transaction; all others run in the caller's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import delete, insert, update

from metaia.auth.sessions import queries, revoked, tokens
from metaia.auth.sessions.device import Device
from metaia.auth.sessions.models import Session
from metaia.core import db
from metaia.core.access.actor import Actor
from metaia.core.audit import log as audit_log
from metaia.core.db import AnyRow
from metaia.core.errors import NotFound
from metaia.core.ids import new_id
from metaia.core.times import now
from metaia.notifications.devices import service as device_service
from metaia.realtime import events
from metaia.users.queries import Person

MAX_OPEN = 50  # of one user
BATCH = 500  # sessions that one run of `end_expired` ends at most
COOKIE_IDLE = timedelta(minutes=30)  # a cookie session that was not used for so long ends
COOKIE_MAX_AGE = timedelta(hours=8)
JUST_ENDED = timedelta(minutes=10)
RETENTION = timedelta(days=90)  # of an ended session: as long, its device and address count as known


@dataclass(frozen=True)
class Login:
    """A user and the tokens of their session. `mfa_pending`: the role needs a second factor and there is none yet."""

    person: Person
    tokens: tokens.Pair
    mfa_pending: bool


def begin(person: Person, device: Device, *, mfa_pending: bool, impersonator: str | None = None) -> Login:
    """Begin a session of the user, or of the `impersonator`, and end the user's least recently used beyond MAX_OPEN."""
    session_id, moment = new_id(), now()
    pair = tokens.issue(person, session_id, impersonator=impersonator, mfa_pending=mfa_pending)
    db.execute(
        insert(Session).values(
            id=session_id,
            user_id=person.id,
            refresh_jti=pair.jti,
            device=device.name,
            address=device.address,
            impersonator_id=impersonator,
            created_at=moment,
            used_at=moment,
        )
    )
    for old in queries.exceeding(person.id, MAX_OPEN):
        end(old, person.id, "too_many")
    return Login(person, pair, mfa_pending)


def rotate(session: AnyRow, person: Person, device: Device, attempt: bytes | None) -> Login:
    """Return a new pair of tokens for a session; the refresh token that was used can only be repeated."""
    moment = now()
    pair = tokens.issue(person, session.id, issued_at=moment)
    _update(
        session.id,
        refresh_jti=pair.jti,
        previous_jti=session.refresh_jti,
        rotated_at=moment,
        attempt_hash=attempt,
        used_at=moment,
        device=device.name,
        address=device.address,
    )
    return Login(person, pair, mfa_pending=False)


def repeat(session: AnyRow, person: Person) -> Login:
    """Return the refresh token of the latest rotation again, with a new access token. Nothing is written."""
    pair = tokens.issue(person, session.id, jti=session.refresh_jti, issued_at=session.rotated_at)
    return Login(person, pair, mfa_pending=False)


def exceeds_max_age(session: AnyRow) -> bool:
    """Return whether a session began more than SESSION_DAYS ago, however often it was used."""
    max_age = timedelta(days=current_app.config["SESSION_DAYS"])
    return bool(now() - session.created_at > max_age)


def switch_to_cookie(session_id: str) -> None:
    """Make a new session a cookie session: it has no refresh token, and each use is recorded by `touch`."""
    _update(session_id, refresh_jti="")


def by_cookie(session_id: str) -> AnyRow | None:
    """Return the session that a cookie names, with its user's `role`; None if it has ended or expired."""
    row, moment = queries.by_cookie(session_id), now()
    if row is None or moment > min(row.used_at + COOKIE_IDLE, row.created_at + COOKIE_MAX_AGE):
        return None
    return row


def touch(session_id: str) -> None:
    """Record that a session was used now."""
    _update(session_id, used_at=now())


def end(session_id: str, user_id: str, reason: str) -> bool:
    """End a session in all processes: revoke its tokens, close its connections, remove its push devices.

    Returns False if it had ended before.
    """
    if not _update(session_id, ended_at=now(), ended_because=reason):
        return False
    device_service.drop_for_sessions([session_id])
    db.current().after_commit(lambda: revoked.add(session_id))  # other processes learn it from the event
    payload = {"sessionId": session_id, "because": reason}
    audit_log.record("session.ended", subject=f"user-{user_id}", after=payload)
    events.record("session.ended", payload, audience=[f"user-{user_id}"], subject=f"session-{session_id}")
    return True


def end_all(user_id: str, reason: str, *, except_id: str | None = None) -> int:
    """End all sessions in a user's account and all impersonations that the user has begun; return how many.

    `except_id` is the session that stays open.
    """
    rows = [row for row in queries.open_for_update(user_id) if row.id != except_id]
    for row in rows:
        end(row.id, row.user_id, reason)
    return len(rows)


def logout(actor: Actor) -> None:
    """End the actor's session."""
    with db.transaction():
        end(actor.session_id, actor.id, "logout")


def logout_all(actor: Actor, *, others: bool) -> int:
    """End all sessions of the actor, or all `others`; return how many."""
    with db.transaction():
        return end_all(actor.id, "logout_all", except_id=actor.session_id if others else None)


def end_own(actor: Actor, session_id: str) -> None:
    """End one of the actor's sessions. Raises NotFound."""
    with db.transaction():
        session = queries.for_update(session_id)
        own = session is not None and session.user_id == actor.id
        if not own or not end(session_id, actor.id, "ended_by_user"):
            raise NotFound("There is no such session.")


def end_expired() -> int:
    """End at most BATCH sessions without a valid token, so that `ended_at` is true; return how many."""
    moment = now()
    own = moment - timedelta(days=current_app.config["REFRESH_TOKEN_DAYS"])
    impersonated = moment - timedelta(minutes=tokens.impersonation_minutes())
    rows = queries.expired_for_update(own, impersonated, moment - COOKIE_IDLE, BATCH)
    for row in rows:
        end(row.id, row.user_id, "expired")
    return len(rows)


def remove_late_devices() -> None:
    """Remove push devices of sessions that have just ended: a device can be registered while its session is ending."""
    device_service.drop_for_sessions(queries.ended_since(now() - JUST_ENDED))


def purge_ended(before: datetime) -> int:
    """Delete the sessions that ended before a moment; return how many."""
    return db.execute(delete(Session).where(Session.ended_at < before)).rowcount


def erase_devices(user_id: str) -> None:
    """Erase devices and addresses from the sessions of a deleted user; the rows still record which tokens are void."""
    db.execute(update(Session).where(Session.user_id == user_id).values(device=None, address=None))


def load_revoked() -> None:
    """Fill the set of revoked sessions at the start of a process, from the database."""
    lifetime = timedelta(minutes=current_app.config["ACCESS_TOKEN_MINUTES"])
    for session_id in queries.ended_since(now() - lifetime):
        revoked.add(session_id)


def _update(session_id: str, **values: object) -> bool:
    """Change a session that has not ended. Return False if it has."""
    still_open = (Session.id == session_id, Session.ended_at.is_(None))
    return db.execute(update(Session).where(*still_open).values(**values)).rowcount == 1
