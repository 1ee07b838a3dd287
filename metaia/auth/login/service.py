"""Registration, login and refresh."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

from flask import current_app

from metaia.auth.lockout import service as lockout
from metaia.auth.mailed_links import service as mailed_links
from metaia.auth.mailed_links import tokens as email_tokens
from metaia.auth.passwords import confirm as password_confirm
from metaia.auth.passwords import policy as password_policy
from metaia.auth.second_factor import verification
from metaia.auth.sessions import device as session_device
from metaia.auth.sessions import policy as session_policy
from metaia.auth.sessions import queries as session_queries
from metaia.auth.sessions import service as session_service
from metaia.auth.sessions import tokens
from metaia.auth.sessions.device import Device
from metaia.auth.sessions.service import Login
from metaia.core import db
from metaia.core.access.actor import Actor
from metaia.core.audit import log as audit_log
from metaia.core.db import AnyRow
from metaia.core.errors import Forbidden, NotFound, Problem, Unauthenticated, Unavailable
from metaia.core.ids import new_id
from metaia.core.times import now
from metaia.notifications import service as notification_service
from metaia.users import queries as user_queries
from metaia.users import service as user_service
from metaia.users.queries import Person


def register(*, email: str, password: str, name: str, phone: str | None, role: str, device: Device) -> Login:
    """Create a user and begin a session. Raises Conflict (address is taken), Invalid (weak password), Unavailable."""
    password_policy.require_good(password, email=email, name=name)
    password_hash = password_policy.hashed(password)
    with db.transaction():
        person = user_service.create(
            email=email, password_hash=password_hash, name=name, phone=phone, role=role
        )
        mailed_links.send(person, email_tokens.VERIFY_EMAIL, token_id=new_id())
        audit_log.record("account.registered", subject=f"user-{person.id}", user=(person.id, person.role))
        return session_service.begin(person, device, mfa_pending=verification.is_missing(person))


def login(*, email: str, password: str, code: str | None, device: Device) -> Login:
    """Begin a session. Raises Unauthenticated, TooMany while a login delay runs, and Unavailable (hash queue full).

    Until the password is right, neither the error nor the time reveals whether the address is known.
    """
    attempt = lockout.current_attempt(email)
    lockout.require_no_delay(attempt)
    found = user_queries.credentials(email)
    form = password_policy.matching_form(password, found[1] if found else None)
    if form is None or found is None:
        wrong = Unauthenticated("E-mail address or password is wrong.", code="wrong_credentials")
        lockout.raise_failure(attempt, wrong, found[0] if found else None)
    with db.transaction():
        person = password_confirm.lock_authenticated(found[0].id, found[1])
        result = verification.check(person, code, attempt) or _begin(person, attempt, device)
    if isinstance(result, Problem):
        raise result  # after the commit, so that the failure is counted
    _update_hash(person, form, found[1])
    return result


def refresh(token: str, attempt_id: str | None, device: Device) -> Login:
    """Exchange a refresh token for a new pair of tokens. Raises Unauthenticated, and Forbidden (second factor needed).

    A token that was used before gives its successor again for a short time (`auth/sessions/policy.py:may_repeat`).
    Later it ends its session, because the token must have been copied.
    """
    session_id, jti = tokens.read_refresh(token)
    attempt = session_policy.attempt_hash(attempt_id)
    reuse = timedelta(seconds=current_app.config["REFRESH_REUSE_SECONDS"])
    with db.transaction():
        session, person = _lock_refreshable(session_id)
        unused = session.refresh_jti == jti
        if unused and not session_service.exceeds_max_age(session):
            _require_second_factor(person)
            return session_service.rotate(session, person, device, attempt)
        if not unused and session_policy.may_repeat(session, jti, attempt, now(), reuse):
            _require_second_factor(person)
            return session_service.repeat(session, person)
        session_service.end(session.id, session.user_id, "too_old" if unused else "refresh_reused")
    # After the commit, so that the session has ended.
    if unused:
        raise Unauthenticated("This session has lasted long enough: log in again.", code="session_ended")
    raise Unauthenticated("This refresh token was used before.", code="refresh_reused")


def me(actor: Actor) -> Person:
    """Return the actor's user. Raises NotFound."""
    person = user_queries.by_id(actor.id)
    if person is None:
        raise NotFound
    return person


def _lock_refreshable(session_id: str) -> tuple[AnyRow, Person]:
    """Return an open session, row-locked, and its user. Raises Unauthenticated; an impersonation is not refreshed."""
    session = session_queries.for_update(session_id)
    if session is not None and session.ended_at is None and session.impersonator_id is None:
        person = user_queries.by_id(session.user_id)
        if person is not None and person.active:
            return session, person
    raise Unauthenticated("This session has ended.", code="session_ended")


def _require_second_factor(person: Person) -> None:
    """Raise Forbidden if the user lacks the second factor that the role needs: the client refreshes after set-up."""
    if verification.is_missing(person):
        raise Forbidden("Your role needs a second factor: set one up first.", code="second_factor_needed")


def _begin(person: Person, attempt: lockout.Attempt, device: Device) -> Login:
    """Begin the session of a login that was found correct, and notify the user of a new device."""
    lockout.clear(attempt)
    person = _reactivate(person)
    new = session_device.is_new(person, device)
    login = session_service.begin(person, device, mfa_pending=verification.is_missing(person))
    audit_log.record("account.login", subject=f"user-{person.id}", user=(person.id, person.role))
    if new:
        data = {
            "device": device.label or "an unknown device",
            "address": device.address or "an unknown address",
        }
        notification_service.notify(person.id, "new_login", data)
    return login


def _reactivate(person: Person) -> Person:
    """Return the user, reactivated if they had deactivated their account."""
    if person.active:
        return person
    audit_log.record("account.reactivated", subject=f"user-{person.id}", user=(person.id, person.role))
    notification_service.notify(person.id, "account_reactivated", {})
    return user_service.reactivate(person)


def _update_hash(person: Person, password: str, known_hash: str) -> None:
    """Hash a password again if the hash is outdated. If the hash queue is full, a later login does it."""
    if password_policy.outdated(known_hash, password):
        with suppress(Unavailable):
            new_hash = password_policy.hashed(password)
            with db.transaction():
                user_service.rehash(person.id, known_hash, new_hash)
