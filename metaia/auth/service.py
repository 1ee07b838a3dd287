"""Getting in, staying in, getting out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from flask import current_app
from sqlalchemy import insert, update

from metaia.auth import passwords, queries, revoked, tokens
from metaia.auth.models import Session
from metaia.core import db
from metaia.core.actor import Actor
from metaia.core.errors import NotFound, Unauthenticated
from metaia.core.ids import new_id
from metaia.core.times import now
from metaia.realtime import events
from metaia.users import queries as users
from metaia.users import service as user_service
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


def register(*, email: str, password: str, name: str, phone: str | None, role: str, device: Device) -> Login:
    """Make a user and log them in. Raises Conflict if the e-mail address is taken."""
    password_hash = passwords.hashed(password)
    with db.transaction():
        person = user_service.create(
            email=email, password_hash=password_hash, name=name, phone=phone, role=role
        )
        return _begin(person, device)


def login(*, email: str, password: str, device: Device) -> Login:
    """Begin a session. Raises Unauthenticated, in the same words and time whether the address is known or not."""
    found = users.credentials(email)
    if not passwords.matches(password, found[1] if found else None) or found is None:
        raise Unauthenticated("E-mail address or password is wrong.", code="wrong_credentials")
    with db.transaction():
        return _begin(found[0], device)


def refresh(token: str) -> Login:
    """Exchange a refresh token for a new pair. One that was used before ends its session: somebody copied it."""
    session_id, jti = tokens.read_refresh(token)
    with db.transaction():
        session = queries.locked(session_id)
        person = users.by_id(session.user_id) if session else None
        if session is None or session.ended_at is not None or person is None or not person.active:
            raise Unauthenticated("This session has ended.", code="session_ended")
        if session.refresh_jti == jti:
            pair = tokens.issue(person, session.id)
            _update(session.id, refresh_jti=pair.jti, used_at=now())
            return Login(person, pair)
        _end(session.id, session.user_id, "refresh_reused")
    raise Unauthenticated("This refresh token was used before.", code="refresh_reused")  # after the commit


def logout(actor: Actor) -> None:
    """End the session of the token that asks. Its access token stops working everywhere at once."""
    with db.transaction():
        _end(actor.session_id, actor.id, "logout")


def me(actor: Actor) -> Person:
    """Return the user who asks."""
    person = users.by_id(actor.id)
    if person is None:
        raise NotFound
    return person


def remember_ended_sessions() -> None:
    """Fill the set of ended sessions when a process starts."""
    for session_id in queries.ended_since(
        now() - timedelta(minutes=current_app.config["ACCESS_TOKEN_MINUTES"])
    ):
        revoked.add(session_id)


def _begin(person: Person, device: Device) -> Login:
    session_id = new_id()
    pair = tokens.issue(person, session_id)
    moment = now()
    db.execute(
        insert(Session).values(
            id=session_id,
            user_id=person.id,
            refresh_jti=pair.jti,
            device=device.name,
            address=device.address,
            created_at=moment,
            used_at=moment,
        )
    )
    return Login(person, pair)


def _end(session_id: str, user_id: str, because: str) -> None:
    _update(session_id, ended_at=now(), ended_because=because)
    db.current().after_commit(lambda: revoked.add(session_id))  # here at once; elsewhere by the event
    events.record(
        "session.ended",
        {"sessionId": session_id, "because": because},
        audience=[f"user-{user_id}"],
        subject=f"session-{session_id}",
    )


def _update(session_id: str, **values: object) -> None:
    db.execute(update(Session).where(Session.id == session_id).values(**values))
