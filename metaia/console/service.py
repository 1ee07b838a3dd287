"""Getting into staff's pages and out of them: with the login, the delays and the second factor of everybody else."""

from __future__ import annotations

from metaia.auth.login import service as login_service
from metaia.auth.sessions import service as session_service
from metaia.auth.sessions.device import Device
from metaia.auth.sessions.service import COOKIE_MAX_AGE
from metaia.core import db
from metaia.core.access import actor as actors
from metaia.core.access.actor import Actor
from metaia.core.errors import Forbidden, Problem, Unauthenticated
from metaia.core.times import now

ENTER = "queues.manage"  # the permission that every page needs
USE_NOTED_EVERY = 60.0  # seconds


def log_in(*, email: str, password: str, code: str | None, device: Device) -> str:
    """Begin a session that goes on by a cookie; return its id. Its tokens are given to nobody.

    Raises as `auth.service.login` does, and Forbidden for who is not staff, or lacks the second factor they need.
    """
    begun = login_service.login(email=email, password=password, code=code, device=device)
    actor = actors.from_token(begun.tokens.access, allow_mfa_pending=True)
    objection = _objection(actor)
    with db.transaction():
        if objection is None:
            session_service.switch_to_cookie(actor.session_id)
        else:
            session_service.end(actor.session_id, actor.id, "not_for_pages")
    if objection is not None:
        raise objection
    return actor.session_id


def who(session_id: str, *, used: bool) -> Actor:
    """Return whose session this is; `used` says whether this request shows that somebody is there.

    The row is read each time, so a session that ended, or a role that changed, counts at once. Raises Unauthenticated.
    """
    row = session_service.by_cookie(session_id)
    if row is None:
        raise Unauthenticated("This session has ended.", code="session_ended")
    if used and (now() - row.used_at).total_seconds() > USE_NOTED_EVERY:
        with db.transaction():
            session_service.touch(session_id)
    return Actor(row.user_id, row.role, session_id, (row.created_at + COOKIE_MAX_AGE).timestamp())


def _objection(actor: Actor) -> Problem | None:
    if not actor.may(ENTER):
        return Forbidden("These pages are for staff.")
    if actor.mfa_pending:
        return Forbidden("Your role needs a second factor: set one up first.", code="second_factor_needed")
    return None
