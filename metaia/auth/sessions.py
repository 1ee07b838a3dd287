"""Sessions: how one begins, goes on and ends. All of it happens in the running transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from flask import current_app
from sqlalchemy import insert, update

from metaia.auth import queries, revoked, tokens
from metaia.auth.models import Session
from metaia.core import db
from metaia.core.ids import new_id
from metaia.core.times import now
from metaia.realtime import events
from metaia.users.queries import Person


@dataclass(frozen=True)
class Device:
    """Where a login comes from."""

    name: str | None
    address: str | None


@dataclass(frozen=True)
class Login:
    """A user and the tokens of their session."""

    person: Person
    tokens: tokens.Pair


def begin(person: Person, device: Device, *, impersonator: str | None = None, limited: bool = False) -> Login:
    """Begin a session: of the user's own, or of `impersonator`, who may only look."""
    session_id = new_id()
    pair = tokens.issue(person, session_id, impersonator=impersonator, limited=limited)
    moment = now()
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
    return Login(person, pair)


def rotate(session_id: str, person: Person) -> Login:
    """Go on with a session: a new pair of tokens, and the old refresh token is used up."""
    pair = tokens.issue(person, session_id)
    _update(session_id, refresh_jti=pair.jti, used_at=now())
    return Login(person, pair)


def end(session_id: str, user_id: str, because: str) -> None:
    """End a session: its tokens stop working everywhere at once, and its connections close."""
    _update(session_id, ended_at=now(), ended_because=because)
    db.current().after_commit(lambda: revoked.add(session_id))  # here at once; elsewhere by the event
    events.record(
        "session.ended",
        {"sessionId": session_id, "because": because},
        audience=[f"user-{user_id}"],
        subject=f"session-{session_id}",
    )


def end_all(user_id: str, because: str, *, but: str | None = None) -> int:
    """End all sessions of a user, except `but`; return how many there were."""
    ids = [session_id for session_id in queries.open_ids(user_id) if session_id != but]
    for session_id in ids:
        end(session_id, user_id, because)
    return len(ids)


def remember_ended() -> None:
    """Fill the set of ended sessions when a process starts."""
    for session_id in queries.ended_since(
        now() - timedelta(minutes=current_app.config["ACCESS_TOKEN_MINUTES"])
    ):
        revoked.add(session_id)


def _update(session_id: str, **values: object) -> None:
    db.execute(update(Session).where(Session.id == session_id).values(**values))
