"""Sessions of the console. Login, lockout and second factor are those of the API."""

from __future__ import annotations

from metaia.auth.login import service as login_service
from metaia.auth.sessions import service as session_service
from metaia.auth.sessions import tokens
from metaia.auth.sessions.device import Device
from metaia.auth.sessions.service import COOKIE_MAX_AGE
from metaia.core import db
from metaia.core.access import actor as actors
from metaia.core.access.actor import Actor
from metaia.core.access.permissions import QUEUES_MANAGE, Permission
from metaia.core.errors import Forbidden, Problem, Unauthenticated
from metaia.core.times import now
from metaia.users import queries as user_queries
from metaia.users.queries import Person

ENTRY_PERMISSION = QUEUES_MANAGE  # required for each of staff's pages
USE_INTERVAL = 60.0  # seconds between two updates of `used_at`


def log_in(*, email: str, password: str, code: str | None, device: Device, staff_only: bool) -> str:
    """Begin a session that a cookie continues; return its id. Its tokens are discarded.

    Raises what auth/login/service.py:login raises, and Forbidden if the user lacks a required second factor or, with
    `staff_only`, is not staff.
    """
    begun = login_service.login(email=email, password=password, code=code, device=device)
    actor = actors.from_token(begun.tokens.access, allow_mfa_pending=True)
    refusal = _refusal(actor, staff_only=staff_only)
    with db.transaction():
        if refusal is None:
            session_service.switch_to_cookie(actor.session_id)
        else:
            session_service.end(actor.session_id, actor.id, "not_for_pages")
    if refusal is not None:
        raise refusal
    return actor.session_id


def actor_of(session_id: str, *, used: bool) -> Actor:
    """Return the actor of a session. Raises Unauthenticated if it has ended.

    `used`: the request counts as use of the session. The row is read for each request, so an ended session or a
    changed role takes effect at once.
    """
    row = session_service.by_cookie(session_id)
    if row is None:
        raise Unauthenticated("This session has ended.", code="session_ended")
    if used and (now() - row.used_at).total_seconds() > USE_INTERVAL:
        with db.transaction():
            session_service.touch(session_id)
    return Actor(row.user_id, row.role, session_id, (row.created_at + COOKIE_MAX_AGE).timestamp())


def require(session_id: str | None, permission: Permission) -> str:
    """Return the id of a cookie session if its user has a permission. Raises Unauthenticated, and Forbidden."""
    if session_id is None:
        raise Unauthenticated("Log in first.")
    if not actor_of(session_id, used=True).may(permission):
        raise Forbidden("These pages are for staff.")
    return session_id


def user_of(session_id: str) -> Person | None:
    """Return the user of a cookie session; None if it has ended."""
    row = session_service.by_cookie(session_id)
    return user_queries.by_id(row.user_id) if row is not None else None


def issue_access_token(session_id: str) -> tuple[Person, str]:
    """Return the user of a cookie session and an access token for it. Raises Unauthenticated if it has ended."""
    person = user_of(session_id)
    if person is None:
        raise Unauthenticated("This session has ended.", code="session_ended")
    with db.transaction():
        session_service.touch(session_id)
    return person, tokens.issue(person, session_id).access


def _refusal(actor: Actor, *, staff_only: bool) -> Problem | None:
    if staff_only and not actor.may(ENTRY_PERMISSION):
        return Forbidden("These pages are for staff.")
    if actor.mfa_pending:
        return Forbidden("Your role requires a second factor: set one up first.", code="second_factor_needed")
    return None
