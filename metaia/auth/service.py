"""Getting in, staying in, getting out."""

from __future__ import annotations

from metaia.auth import passwords, queries, sessions, tokens
from metaia.auth.sessions import Device, Login
from metaia.core import db
from metaia.core.actor import Actor
from metaia.core.errors import NotFound, Unauthenticated
from metaia.users import queries as users
from metaia.users import service as user_service
from metaia.users.queries import Person


def register(*, email: str, password: str, name: str, phone: str | None, role: str, device: Device) -> Login:
    """Make a user and log them in. Raises Conflict if the e-mail address is taken."""
    password_hash = passwords.hashed(password)
    with db.transaction():
        person = user_service.create(
            email=email, password_hash=password_hash, name=name, phone=phone, role=role
        )
        return sessions.begin(person, device)


def login(*, email: str, password: str, device: Device) -> Login:
    """Begin a session. Raises Unauthenticated, in the same words and time whether the address is known or not."""
    found = users.credentials(email)
    if not passwords.matches(password, found[1] if found else None) or found is None:
        raise Unauthenticated("E-mail address or password is wrong.", code="wrong_credentials")
    with db.transaction():
        return sessions.begin(found[0], device)


def refresh(token: str) -> Login:
    """Exchange a refresh token for a new pair. One that was used before ends its session: somebody copied it."""
    session_id, jti = tokens.read_refresh(token)
    with db.transaction():
        session = queries.locked(session_id)
        person = users.by_id(session.user_id) if session else None
        if session is None or session.ended_at is not None or person is None or not person.active:
            raise Unauthenticated("This session has ended.", code="session_ended")
        if session.refresh_jti == jti:
            return sessions.rotate(session.id, person)
        sessions.end(session.id, session.user_id, "refresh_reused")
    raise Unauthenticated("This refresh token was used before.", code="refresh_reused")  # after the commit


def logout(actor: Actor) -> None:
    """End the session of the token that asks. Its access token stops working everywhere at once."""
    with db.transaction():
        sessions.end(actor.session_id, actor.id, "logout")


def me(actor: Actor) -> Person:
    """Return the user who asks."""
    person = users.by_id(actor.id)
    if person is None:
        raise NotFound
    return person
