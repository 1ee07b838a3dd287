"""What staff can do with the accounts of others. Each action is in the audit log, with the reason that was given."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from metaia.admin import policy, presenters
from metaia.auth.sessions import service as session_service
from metaia.auth.sessions.device import Device
from metaia.auth.sessions.service import Login
from metaia.core import db, versions
from metaia.core.access.actor import Actor
from metaia.core.audit import log as audit_log
from metaia.core.errors import Conflict, Forbidden, NotFound
from metaia.notifications import service as notification_service
from metaia.users import queries as user_queries
from metaia.users import service as user_service
from metaia.users.queries import Person
from metaia.users.state import DELETED, DISABLED


def read(user_id: str) -> Person:
    """Return a user in any state. Raises NotFound."""
    return _require_found(user_queries.by_id(user_id))


def change(
    actor: Actor,
    user_id: str,
    *,
    reason: str,
    role: str | None = None,
    active: bool | None = None,
    version: versions.Expected = None,
) -> Person:
    """Change a user's role, or disable or enable the account; either ends all their sessions.

    Raises NotFound, Forbidden, and Conflict: stale version, deleted user, or the last active super admin.
    """
    with db.transaction():
        person = changeable(actor, user_id, {role} if role is not None else ())
        versions.require(version, person.version, "account", lambda: presenters.conflict(person))
        changes = _changes(person, role, active)
        if not changes:
            return person
        user_service.require_another_super_admin(person)
        after = user_service.change(person, **changes)
        if "role" in changes:
            _role_changed(actor, person, after, reason)
        if "active" in changes:
            _activity_changed(actor, person, after, reason)
        return after


def impersonate(actor: Actor, user_id: str, *, reason: str, device: Device) -> Login:
    """Begin a session in which `actor` sees what a user sees and can change nothing, and notify the user.

    Raises NotFound, Forbidden, and Conflict for an account that is not active.
    """
    with db.transaction():
        staff = user_queries.to_change(
            actor.id
        )  # row-locked: being disabled ends this session too, or prevents it
        if staff is None or not staff.active or staff.role != actor.role:
            raise Forbidden
        person = _require_found(user_queries.to_change(user_id))
        if not policy.may_impersonate(actor, person.id, person.role):
            raise Forbidden
        if not person.active:
            raise Conflict("This account is not active.", code="user_inactive")
        login = session_service.begin(person, device, mfa_pending=False, impersonator=actor.id)
        notification_service.notify(person.id, "account_viewed", {})
        record(actor, "account.impersonated", person, after={"reason": reason})
        return login


def changeable(actor: Actor, user_id: str, new_roles: Collection[str]) -> Person:
    """Return a row-locked user that `actor` may change. Raises NotFound, Forbidden, and Conflict (deleted user)."""
    person = _require_found(user_queries.to_change(user_id))
    if not policy.may_change(actor, person.id, {person.role, *new_roles}):
        raise Forbidden
    if person.inactive_because == DELETED:
        raise Conflict("This account was deleted.", code="user_inactive")
    return person


def _require_found(person: Person | None) -> Person:
    if person is None:
        raise NotFound("There is no such user.")
    return person


def _changes(person: Person, role: str | None, active: bool | None) -> dict[str, Any]:
    changes: dict[str, Any] = {} if role in (None, person.role) else {"role": role}
    if active is True and not person.active:
        changes |= {"active": True, "inactive_because": None}
    # Also if the account is deactivated: a login must no longer reactivate it.
    if active is False and person.inactive_because != DISABLED:
        changes |= {"active": False, "inactive_because": DISABLED}
    return changes


def _role_changed(actor: Actor, before: Person, after: Person, reason: str) -> None:
    session_service.end_all(after.id, "role_changed")
    notification_service.notify(after.id, "role_changed", {"role": after.role})
    entry = {"role": after.role, "reason": reason}
    record(actor, "account.role_changed", after, before={"role": before.role}, after=entry)


def _activity_changed(actor: Actor, before: Person, after: Person, reason: str) -> None:
    what = "enabled" if after.active else "disabled"
    session_service.end_all(after.id, what)
    notification_service.notify(after.id, f"account_{what}", {})
    entry = {"active": before.active, "because": before.inactive_because}
    record(actor, f"account.{what}", after, before=entry, after={"active": after.active, "reason": reason})


def record(actor: Actor, action: str, person: Person, *, before: Any = None, after: Any = None) -> None:
    """Add an entry to the audit log. It must not contain personal data, because no entry can be deleted."""
    user = (actor.id, actor.role)
    audit_log.record(action, subject=f"user-{person.id}", before=before, after=after, user=user)
