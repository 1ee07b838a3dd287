"""A user's own account: profile, password, deactivation. Actions with serious consequences require the password."""

from __future__ import annotations

from typing import Any

from metaia.auth.avatar import service as avatar_service
from metaia.auth.lockout import service as lockout
from metaia.auth.mailed_links import tokens as email_tokens
from metaia.auth.passwords import confirm as password_confirm
from metaia.auth.passwords import policy as password_policy
from metaia.auth.sessions import service as session_service
from metaia.core import db, versions
from metaia.core.access.actor import Actor
from metaia.core.audit import log as audit_log
from metaia.core.errors import NotFound
from metaia.core.times import now
from metaia.notifications import service as notification_service
from metaia.users import pictures
from metaia.users import queries as user_queries
from metaia.users import schemas as user_schemas
from metaia.users import service as user_service
from metaia.users.queries import Person

PICTURE = ("avatar", "avatar_media_id")


def change_profile(actor: Actor, changes: dict[str, Any], version: versions.Expected) -> Person:
    """Change the actor's profile and return the user after it.

    Raises NotFound, Conflict for a stale version, and Invalid (`unknown_media`) for a picture that is not the actor's.
    """

    def work() -> Person:
        person = user_queries.to_change(actor.id)
        if person is None:
            raise NotFound
        password_confirm.require_version(person, version)
        new = {
            name: value
            for name, value in _with_avatar(actor, person, changes).items()
            if getattr(person, name) != value
        }
        return user_service.change(person, **new) if new else person

    if changes.keys().isdisjoint(PICTURE):
        return db.optimistic_then_locked(work)
    with db.transaction():
        return work()


def verify_email(token: str) -> Person:
    """Mark the address as verified by a mailed link. Raises as `tokens.redeem` does."""
    with db.transaction():
        person = email_tokens.redeem(token, email_tokens.VERIFY_EMAIL).person
        audit_log.record("account.email_verified", subject=_subject(person), user=_identity(person))
        return user_service.change(person, email_verified_at=now())


def reset_password(token: str, password: str) -> None:
    """Set a new password by a mailed link, and end all sessions.

    Raises Invalid for a weak password, Unavailable, and as `tokens.redeem` does.
    """
    row = email_tokens.verify(
        token, email_tokens.RESET_PASSWORD
    )  # before the hash, which costs a quarter of a second
    _require_good(password, row.user_id, "password")
    password_hash = password_policy.hashed(password)
    with db.transaction():
        person = email_tokens.redeem(token, email_tokens.RESET_PASSWORD).person
        verified = person.email_verified_at or now()  # the link was opened in that mailbox
        user_service.change(person, password_hash=password_hash, email_verified_at=verified)
        email_tokens.revoke(person.id, *email_tokens.MINUTES)
        session_service.end_all(person.id, "password_reset")
        lockout.clear(lockout.current_attempt(person.email))
        audit_log.record("account.password_reset", subject=_subject(person), user=_identity(person))
        notification_service.notify(person.id, "password_changed", {})


def change_password(actor: Actor, password: str, new: str, version: versions.Expected) -> None:
    """Change the actor's password and end all other sessions.

    Raises Forbidden (wrong password), TooMany, Conflict (stale version), Invalid (weak password) and Unavailable.
    """
    known_hash = password_confirm.check_password(actor, password)
    _require_good(new, actor.id, "newPassword")
    password_hash = password_policy.hashed(new)
    with password_confirm.lock_own_account(actor, known_hash, version) as person:
        user_service.change(person, password_hash=password_hash)
        email_tokens.revoke(
            person.id, email_tokens.RESET_PASSWORD, email_tokens.CHANGE_OLD, email_tokens.CHANGE_NEW
        )
        session_service.end_all(person.id, "password_changed", except_id=actor.session_id)
        audit_log.record("account.password_changed", subject=_subject(person))
        notification_service.notify(person.id, "password_changed", {})


def deactivate(actor: Actor, password: str, version: versions.Expected) -> None:
    """Deactivate the actor's account until they log in again, and end all sessions.

    Raises Forbidden (wrong password), TooMany, and Conflict (stale version, last super admin).
    """
    known_hash = password_confirm.check_password(actor, password)
    with password_confirm.lock_own_account(actor, known_hash, version) as person:
        user_service.deactivate(person)
        session_service.end_all(person.id, "deactivated")
        audit_log.record("account.deactivated", subject=_subject(person))
        notification_service.notify(person.id, "account_deactivated", {})


def unlock(token: str) -> None:
    """Delete the failures that delay logins to an account, by a mailed link. Raises as `tokens.redeem` does."""
    with db.transaction():
        person = email_tokens.redeem(token, email_tokens.UNLOCK).person
        lockout.clear(lockout.current_attempt(person.email))
        audit_log.record("account.unlocked", subject=_subject(person), user=_identity(person))


def _with_avatar(actor: Actor, person: Person, changes: dict[str, Any]) -> dict[str, Any]:
    """Return `changes` with the value of the chosen picture.

    A picture at another address replaces an uploaded one. An address of the current picture changes nothing: apps send
    the profile back as they got it. Raises Invalid for an address that is neither this one nor a new one for pictures.
    """
    others = {name: value for name, value in changes.items() if name not in PICTURE}
    if "avatar_media_id" in changes:
        return others | {"avatar": avatar_service.choose(actor, changes["avatar_media_id"])}
    if "avatar" not in changes or pictures.shows(person.avatar, changes["avatar"]):
        return others
    user_schemas.require_new_picture(changes["avatar"])
    avatar_service.choose(actor, None)
    return changes


def _require_good(password: str, user_id: str, field: str) -> None:
    person = user_queries.by_id(user_id)
    if person is not None:
        password_policy.require_good(password, email=person.email, name=person.name, field=field)


def _subject(person: Person) -> str:
    return f"user-{person.id}"


def _identity(person: Person) -> tuple[str, str]:
    return person.id, person.role
