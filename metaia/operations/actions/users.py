"""Bulk actions on users: each is the action that the routes of accounts have, for users that the admin may change."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from metaia.admin import access
from metaia.admin import service as admin_service
from metaia.auth.mailed_links import service as mailed_links
from metaia.auth.mailed_links import tokens as email_tokens
from metaia.core.access.actor import Actor
from metaia.core.errors import Conflict, declare
from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.core.times import rfc3339
from metaia.notifications import service as notification_service
from metaia.operations import queries
from metaia.operations.actions.kinds import Cells, Change, Instruction, Kind, Run
from metaia.operations.notifications import STAFF_MESSAGE
from metaia.operations.policy import EXPORT
from metaia.users.queries import Person

HEADER = ("name", "email", "phone", "role", "active", "language", "email verified", "registered")
declare(
    {
        "already_verified": "The e-mail address is verified already.",
        "mailed_recently": "The user got as many of these links as possible within an hour.",
    }
)


def _activity(active: bool) -> Run:
    def run(actor: Actor, user_id: str, given: Instruction) -> Change:
        before = admin_service.changeable(actor, user_id, ())
        after = admin_service.change(actor, user_id, reason=given.reason, active=active)
        return _shown(before), _shown(after)

    return run


def _end_sessions(actor: Actor, user_id: str, given: Instruction) -> Change:
    ended = access.end_sessions(actor, user_id, reason=given.reason)
    return None, {"sessions": ended}


def _verify_email(actor: Actor, user_id: str, given: Instruction) -> Change:
    """Mail the link that verifies an address; only its user can prove it."""
    person = _active(actor, user_id)
    if person.email_verified_at is not None:
        raise Conflict("The e-mail address is verified already.", code="already_verified")
    if not mailed_links.send(person, email_tokens.VERIFY_EMAIL, token_id=new_id()):
        raise Conflict("The user got this link too often within an hour.", code="mailed_recently")
    admin_service.record(actor, "account.verification_mailed", person, after={"reason": given.reason})
    return None, None


def _notify(actor: Actor, user_id: str, given: Instruction) -> Change:
    person = _active(actor, user_id)
    message = {name: given.parameters[name] for name in ("title", "message")}
    notification_service.notify(person.id, STAFF_MESSAGE.name, message)
    admin_service.record(actor, "account.notified", person, after={"reason": given.reason})
    return None, None


def _exported(_: Actor, user_id: str, __: Instruction) -> Change:
    admin_service.read(user_id)
    return None, None


def _active(actor: Actor, user_id: str) -> Person:
    """Return a row-locked user with an active account. Raises NotFound, Forbidden and Conflict."""
    person = admin_service.changeable(actor, user_id, ())
    if not person.active:
        raise Conflict("This account is not active.", code="user_inactive")
    return person


def _shown(person: Person) -> Json:
    return {
        "active": person.active,
        "inactiveBecause": person.inactive_because,
        "version": person.version,
    }


def _rows(user_ids: Iterable[str]) -> dict[str, Cells]:
    return {user_id: _cells(row) for user_id, row in queries.people(user_ids).items()}


def _cells(row: Any) -> Cells:
    verified = rfc3339(row.email_verified_at)
    state: Cells = [row.role, "yes" if row.active else "no", row.locale]
    return [row.name, row.email, row.phone, *state, verified, rfc3339(row.created_at)]


USERS = Kind(
    matching=lambda _, filters: queries.users(filters),
    groups=queries.users_by_role,
    titles=queries.user_names,
    header=HEADER,
    rows=_rows,
    actions={
        "disable": _activity(active=False),
        "enable": _activity(active=True),
        "end-sessions": _end_sessions,
        "verify-email": _verify_email,
        "notify": _notify,
        EXPORT: _exported,
    },
)
