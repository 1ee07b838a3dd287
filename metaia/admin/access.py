"""What staff do about how somebody gets in: their sessions, their failures, and a second factor that they have lost."""

from __future__ import annotations

from metaia.admin.service import record, to_change
from metaia.auth.lockout import service as lockout
from metaia.auth.second_factor import queries as second_factor_queries
from metaia.auth.second_factor import verification
from metaia.auth.sessions import queries as session_queries
from metaia.auth.sessions import service as session_service
from metaia.core import db
from metaia.core.access.actor import Actor
from metaia.core.errors import Conflict
from metaia.notifications import service as notification_service


def end_sessions(actor: Actor, user_id: str, *, reason: str | None = None) -> int:
    """Log somebody out everywhere; return of how many sessions. Raises NotFound and Forbidden."""
    with db.transaction():
        person = to_change(actor, user_id, ())
        ended = session_service.end_all(person.id, "ended_by_staff")
        record(actor, "account.sessions_ended", person, after={"sessions": ended, "reason": reason})
        return ended


def unlock(actor: Actor, user_id: str, *, reason: str) -> None:
    """Forget the failures that make somebody wait at login, wherever they have logged in from before.

    Raises NotFound and Forbidden.
    """
    with db.transaction():
        person = to_change(actor, user_id, ())
        for address in ("", *session_queries.addresses(person.email)):
            lockout.clear(lockout.Attempt(person.email, address))
        record(actor, "account.unlocked", person, after={"reason": reason})


def remove_second_factor(actor: Actor, user_id: str, *, reason: str) -> int:
    """Take off a second factor that somebody has lost, and log them out; return of how many sessions. They are told.

    Nobody does it to themself: who has the password and a recovery code does it in their own account.
    Raises NotFound, Forbidden, and Conflict without a factor.
    """
    with db.transaction():
        person = to_change(actor, user_id, ())
        if not second_factor_queries.has_second_factor(person.id):
            raise Conflict("The account has no second factor.", code="second_factor_off")
        verification.forget(person.id)
        ended = session_service.end_all(person.id, "second_factor_off")
        notification_service.notify(person.id, "second_factor_removed", {})
        record(actor, "account.second_factor_removed", person, after={"reason": reason})
        return ended
