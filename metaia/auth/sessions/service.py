"""Sessions: how one begins, goes on and ends. All of it happens in the running transaction."""

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
from metaia.core.errors import Forbidden, NotFound
from metaia.core.ids import new_id
from metaia.core.times import now
from metaia.notifications.devices import service as device_service
from metaia.realtime import events
from metaia.users.queries import Person

MOST_OPEN = 50  # of one user
BATCH = 500
# One that goes on by a cookie ends when it was not used for as long, or is as old.
COOKIE_IDLE, COOKIE_LONGEST = timedelta(minutes=30), timedelta(hours=8)
RECENT = timedelta(minutes=10)
KEPT = timedelta(days=90)  # an ended one: so long its device and address count as known


@dataclass(frozen=True)
class Login:
    """A user and the tokens of their session; `mfa_pending` until they have the second factor that their role needs."""

    person: Person
    tokens: tokens.Pair
    mfa_pending: bool


def begin(person: Person, device: Device, *, mfa_pending: bool, impersonator: str | None = None) -> Login:
    """Begin a session: of the user's own, or of `impersonator`, who may only look. The oldest of too many end."""
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
    for old in queries.beyond(person.id, MOST_OPEN):
        end(old, person.id, "too_many")
    return Login(person, pair, mfa_pending)


def rotate(session_id: str, person: Person, device: Device, *, mfa_pending: bool) -> Login:
    """Go on with a session: a new pair of tokens, and the old refresh token is used up.

    Raises Forbidden if `mfa_pending`: the role needs a second factor and there is none. Once there is, the session is
    a whole one.
    """
    if mfa_pending:
        raise Forbidden("Your role needs a second factor: set one up first.", code="second_factor_needed")
    pair = tokens.issue(person, session_id)
    _update(session_id, refresh_jti=pair.jti, used_at=now(), device=device.name, address=device.address)
    return Login(person, pair, mfa_pending=False)


def is_over(session: AnyRow) -> bool:
    """Return whether a session has lasted as long as one may, however often it was used."""
    longest = timedelta(days=current_app.config["SESSION_DAYS"])
    return bool(now() - session.created_at > longest)


def go_on_by_cookie(session_id: str) -> None:
    """Let a new session have no refresh token; `by_cookie` and `use` are how it goes on."""
    _update(session_id, refresh_jti="")


def by_cookie(session_id: str) -> AnyRow | None:
    """Return the session that a cookie names, with its user's `role`, while it lasts."""
    row, moment = queries.by_cookie(session_id), now()
    if row is None or moment > min(row.used_at + COOKIE_IDLE, row.created_at + COOKIE_LONGEST):
        return None
    return row


def use(session_id: str) -> None:
    """Note that a session was used now."""
    _update(session_id, used_at=now())


def end(session_id: str, user_id: str, because: str) -> bool:
    """End a session: its tokens stop working everywhere at once, its connections close, its devices get no more push.

    False if it had ended.
    """
    if not _update(session_id, ended_at=now(), ended_because=because):
        return False
    device_service.drop_of([session_id])
    db.current().after_commit(lambda: revoked.add(session_id))  # here at once; elsewhere by the event
    told = {"sessionId": session_id, "because": because}
    audit_log.record("session.ended", subject=f"user-{user_id}", after=told)
    events.record("session.ended", told, audience=[f"user-{user_id}"], subject=f"session-{session_id}")
    return True


def end_all(user_id: str, because: str, *, but: str | None = None) -> int:
    """End all sessions of a user, except `but`, and those lent to them; return how many there were."""
    rows = [row for row in queries.to_end(user_id) if row.id != but]
    for row in rows:
        end(row.id, row.user_id, because)
    return len(rows)


def logout(actor: Actor) -> None:
    """End the session of the token that asks. Its access token stops working everywhere at once."""
    with db.transaction():
        end(actor.session_id, actor.id, "logout")


def logout_all(actor: Actor, *, others: bool) -> int:
    """End all sessions of a user, or all others; return how many there were."""
    with db.transaction():
        return end_all(actor.id, "logout_all", but=actor.session_id if others else None)


def end_one(actor: Actor, session_id: str) -> None:
    """End one of the actor's sessions. Raises NotFound."""
    with db.transaction():
        session = queries.locked(session_id)
        mine = session is not None and session.user_id == actor.id
        if not mine or not end(session_id, actor.id, "ended_by_user"):
            raise NotFound("There is no such session.")


def end_unused() -> int:
    """End some of the sessions whose tokens have expired, so that `ended_at` stays true; return how many."""
    moment = now()
    own = moment - timedelta(days=current_app.config["REFRESH_TOKEN_DAYS"])
    lent = moment - timedelta(minutes=tokens.lent_minutes())
    rows = queries.unused(own, lent, moment - COOKIE_IDLE, BATCH)
    for row in rows:
        end(row.id, row.user_id, "expired")
    return len(rows)


def drop_devices() -> None:
    """Drop devices of sessions that ended lately: one may have been registered while its session was ending."""
    device_service.drop_of(queries.ended_since(now() - RECENT))


def tidy(before: datetime) -> int:
    """Delete the sessions that ended before a moment; return how many."""
    return db.execute(delete(Session).where(Session.ended_at < before)).rowcount


def forget_devices(user_id: str) -> None:
    """Take out of a user's sessions what tells of their devices; the rows say which tokens are void."""
    db.execute(update(Session).where(Session.user_id == user_id).values(device=None, address=None))


def remember_ended() -> None:
    """Fill the set of ended sessions when a process starts."""
    for session_id in queries.ended_since(
        now() - timedelta(minutes=current_app.config["ACCESS_TOKEN_MINUTES"])
    ):
        revoked.add(session_id)


def _update(session_id: str, **values: object) -> bool:
    """Change a session that has not ended; return whether it had not."""
    still = (Session.id == session_id, Session.ended_at.is_(None))
    return db.execute(update(Session).where(*still).values(**values)).rowcount == 1
