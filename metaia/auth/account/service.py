"""One's own account: profile, password, and taking a break. What matters needs the password again."""

from __future__ import annotations

from typing import Any

from metaia.auth.lockout import service as lockout
from metaia.auth.mailed_links import tokens as email_tokens
from metaia.auth.passwords import confirm as password_confirm
from metaia.auth.passwords import policy as password_policy
from metaia.auth.sessions import service as session_service
from metaia.core import db
from metaia.core.access.actor import Actor
from metaia.core.audit import log as audit_log
from metaia.core.errors import NotFound
from metaia.core.times import now
from metaia.notifications import service as notification_service
from metaia.users import queries as user_queries
from metaia.users import service as user_service
from metaia.users.queries import Person
from metaia.users.state import DEACTIVATED


def change_profile(actor: Actor, changes: dict[str, Any], version: int | None) -> Person:
    """Change what people say about themselves; return them after it. Raises Conflict for a stale version."""

    def work() -> Person:
        person = user_queries.to_change(actor.id)
        if person is None:
            raise NotFound
        password_confirm.require_version(person, version)
        new = {name: value for name, value in changes.items() if getattr(person, name) != value}
        return user_service.change(person, **new) if new else person

    return db.retried(work)


def verify_email(token: str) -> Person:
    """Note that the mailbox is theirs. Raises as `proofs.use` does."""
    with db.transaction():
        used = email_tokens.use(token, email_tokens.VERIFY_EMAIL)
        audit_log.record("account.email_verified", subject=_subject(used.person), user=_who(used.person))
        return user_service.change(used.person, email_verified_at=now())


def reset_password(token: str, password: str) -> None:
    """Set a new password by a mailed link; all sessions end. Raises as `proofs.use` does, and Invalid."""
    _require_good(password, email_tokens.look(token, email_tokens.RESET_PASSWORD).user_id, "password")
    password_hash = password_policy.hashed(password)  # costly, so not for a token that is none
    with db.transaction():
        person = email_tokens.use(token, email_tokens.RESET_PASSWORD).person
        verified = person.email_verified_at or now()  # the link was in that mailbox
        user_service.change(person, password_hash=password_hash, email_verified_at=verified)
        email_tokens.void(person.id, *email_tokens.MINUTES)
        session_service.end_all(person.id, "password_reset")
        lockout.clear(lockout.here(person.email))
        audit_log.record("account.password_reset", subject=_subject(person), user=_who(person))
        notification_service.notify(person.id, "password_changed", {})


def change_password(actor: Actor, password: str, new: str, version: int | None) -> None:
    """Change the password of one who knows it; all other sessions end. Raises Forbidden, Conflict and Invalid."""
    known = password_confirm.check_password(actor, password)
    _require_good(new, actor.id, "newPassword")
    password_hash = password_policy.hashed(new)
    with password_confirm.own_account(actor, known, version) as person:
        user_service.change(person, password_hash=password_hash)
        email_tokens.void(
            person.id, email_tokens.RESET_PASSWORD, email_tokens.CHANGE_OLD, email_tokens.CHANGE_NEW
        )
        session_service.end_all(person.id, "password_changed", but=actor.session_id)
        audit_log.record("account.password_changed", subject=_subject(person))
        notification_service.notify(person.id, "password_changed", {})


def deactivate(actor: Actor, password: str, version: int | None) -> None:
    """Take a break: nobody sees the account until its user logs in again. Raises Forbidden and Conflict."""
    with password_confirm.own_account(
        actor, password_confirm.check_password(actor, password), version
    ) as person:
        user_service.shut(person, DEACTIVATED)
        session_service.end_all(person.id, "deactivated")
        audit_log.record("account.deactivated", subject=_subject(person))
        notification_service.notify(person.id, "account_deactivated", {})


def unlock(token: str) -> None:
    """Forget the failures that make an account wait, by a mailed link. Raises as `proofs.use` does."""
    with db.transaction():
        person = email_tokens.use(token, email_tokens.UNLOCK).person
        lockout.clear(lockout.here(person.email))
        audit_log.record("account.unlocked", subject=_subject(person), user=_who(person))


def _require_good(password: str, user_id: str, field: str) -> None:
    person = user_queries.by_id(user_id)
    if person is not None:
        password_policy.require_good(password, email=person.email, name=person.name, field=field)


def _subject(person: Person) -> str:
    return f"user-{person.id}"


def _who(person: Person) -> tuple[str, str]:
    return person.id, person.role
