"""What staff do about the access to an account: its sessions, its login delays, and a lost second factor."""

from __future__ import annotations

from metaia.admin.service import changeable, record
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
    """End all sessions of a user; return how many. Raises NotFound, Forbidden, and Conflict for a deleted user."""
    with db.transaction():
        person = changeable(actor, user_id, ())
        ended = session_service.end_all(person.id, "ended_by_staff")
        record(actor, "account.sessions_ended", person, after={"sessions": ended, "reason": reason})
        return ended


def unlock(actor: Actor, user_id: str, *, reason: str) -> None:
    """Delete the failures that delay a user's logins: from everywhere, and from each known network of the user.

    Raises NotFound, Forbidden, and Conflict for a deleted user.
    """
    with db.transaction():
        person = changeable(actor, user_id, ())
        for address in ("", *session_queries.login_addresses(person.email)):
            lockout.clear(lockout.Attempt(person.email, address))
        record(actor, "account.unlocked", person, after={"reason": reason})


def remove_second_factor(actor: Actor, user_id: str, *, reason: str) -> int:
    """Remove a user's lost second factor, end all their sessions and notify them; return how many sessions ended.

    An actor cannot do this to their own account: that requires the password and a recovery code.
    Raises NotFound, Forbidden, and Conflict without a second factor or for a deleted user.
    """
    with db.transaction():
        person = changeable(actor, user_id, ())
        if not second_factor_queries.is_enabled(person.id):
            raise Conflict("The account has no second factor.", code="second_factor_off")
        verification.delete_all(person.id)
        ended = session_service.end_all(person.id, "second_factor_off")
        notification_service.notify(person.id, "second_factor_removed", {})
        record(actor, "account.second_factor_removed", person, after={"reason": reason})
        return ended
