"""Getting in, staying in, getting out."""

from __future__ import annotations

from contextlib import suppress

from metaia.auth.lockout import service as lockout
from metaia.auth.mailed_links import service as mailed_links
from metaia.auth.mailed_links import tokens as email_tokens
from metaia.auth.passwords import confirm as password_confirm
from metaia.auth.passwords import policy as password_policy
from metaia.auth.second_factor import verification
from metaia.auth.sessions import device as session_device
from metaia.auth.sessions import queries as session_queries
from metaia.auth.sessions import service as session_service
from metaia.auth.sessions import tokens
from metaia.auth.sessions.device import Device
from metaia.auth.sessions.service import Login
from metaia.core import db
from metaia.core.access.actor import Actor
from metaia.core.audit import log as audit_log
from metaia.core.errors import NotFound, Problem, Unauthenticated, Unavailable
from metaia.core.ids import new_id
from metaia.notifications import service as notification_service
from metaia.users import queries as user_queries
from metaia.users import service as user_service
from metaia.users.queries import Person


def register(*, email: str, password: str, name: str, phone: str | None, role: str, device: Device) -> Login:
    """Make a user and log them in. Raises Conflict if the e-mail address is taken, Invalid for a weak password."""
    password_policy.require_good(password, email=email, name=name)
    password_hash = password_policy.hashed(password)
    with db.transaction():
        person = user_service.create(
            email=email, password_hash=password_hash, name=name, phone=phone, role=role
        )
        mailed_links.send(person, email_tokens.VERIFY_EMAIL, proof_id=new_id())
        audit_log.record("account.registered", subject=f"user-{person.id}", user=(person.id, person.role))
        return session_service.begin(person, device, mfa_pending=verification.is_missing(person))


def login(*, email: str, password: str, code: str | None, device: Device) -> Login:
    """Begin a session. Raises TooMany while failures make one wait, Unauthenticated, and Unavailable.

    In the same words and time whether the address is known or not: until the password is right.
    """
    attempt = lockout.here(email)
    lockout.require_none(attempt)
    found = user_queries.credentials(email)
    if not password_policy.matches(password, found[1] if found else None) or found is None:
        wrong = Unauthenticated("E-mail address or password is wrong.", code="wrong_credentials")
        lockout.fail(attempt, wrong, found[0] if found else None)
    with db.transaction():
        person = password_confirm.lock_authenticated(found[0].id, found[1])
        result = verification.refusal(person, code, attempt) or _let_in(person, attempt, device)
    if isinstance(result, Problem):
        raise result  # after the commit: a wrong code counts
    _keep_hash_up_to_date(person, password, found[1])
    return result


def refresh(token: str, device: Device) -> Login:
    """Exchange a refresh token for a new pair. One that was used before ends its session: somebody copied it.

    Raises Unauthenticated, and Forbidden while the role needs a second factor.
    """
    session_id, jti = tokens.read_refresh(token)
    with db.transaction():
        session = session_queries.locked(session_id)
        person = user_queries.by_id(session.user_id) if session else None
        lent = (
            session is not None and session.impersonator_id is not None
        )  # for as long as an access token lives
        if session is None or session.ended_at is not None or lent or person is None or not person.active:
            raise Unauthenticated("This session has ended.", code="session_ended")
        fresh = session.refresh_jti == jti
        if fresh and not session_service.is_over(session):
            return session_service.rotate(
                session.id, person, device, mfa_pending=verification.is_missing(person)
            )
        session_service.end(session.id, session.user_id, "too_old" if fresh else "refresh_reused")
    if fresh:
        raise Unauthenticated("This session has lasted long enough: log in again.", code="session_ended")
    raise Unauthenticated("This refresh token was used before.", code="refresh_reused")  # after the commit


def me(actor: Actor) -> Person:
    """Return the user who asks."""
    person = user_queries.by_id(actor.id)
    if person is None:
        raise NotFound
    return person


def _let_in(person: Person, attempt: lockout.Attempt, device: Device) -> Login:
    lockout.clear(attempt)
    person = _reactivate(person)
    new = session_device.is_new(person, device)
    begun = session_service.begin(person, device, mfa_pending=verification.is_missing(person))
    audit_log.record("account.login", subject=f"user-{person.id}", user=(person.id, person.role))
    if new:
        where = {
            "device": device.name or "an unknown device",
            "address": device.address or "an unknown address",
        }
        notification_service.notify(person.id, "new_login", where)
    return begun


def _reactivate(person: Person) -> Person:
    """Return a user who is getting in; who had taken a break is active again."""
    if person.active:
        return person
    audit_log.record("account.reactivated", subject=f"user-{person.id}", user=(person.id, person.role))
    notification_service.notify(person.id, "account_reactivated", {})
    return user_service.reopen(person)


def _keep_hash_up_to_date(person: Person, password: str, known: str) -> None:
    """Give an older password the cost that new ones get; when many are waiting, at a later login."""
    if password_policy.outdated(known):
        with suppress(Unavailable):
            fresh = password_policy.hashed(password)
            with db.transaction():
                user_service.rehash(person.id, known, fresh)
