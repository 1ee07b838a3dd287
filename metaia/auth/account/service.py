"""One's own account: profile, password, and taking a break. What matters needs the password again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from metaia.auth.lockout import service as delays
from metaia.auth.mailed_links import tokens as proofs
from metaia.auth.passwords import policy as passwords
from metaia.auth.sessions import service as sessions
from metaia.core import db
from metaia.core.access.actor import Actor
from metaia.core.audit import log as audit
from metaia.core.errors import Conflict, Forbidden, NotFound, Unauthenticated, declare
from metaia.core.times import now
from metaia.notifications import service as notifications
from metaia.users import queries as users
from metaia.users import service as user_service
from metaia.users.models import DEACTIVATED
from metaia.users.queries import Person
from metaia.users.schemas import present

declare({"wrong_password": "The password is not the one of this account."})


def change_profile(actor: Actor, changes: dict[str, Any], version: int | None) -> Person:
    """Change what people say about themselves; return them after it. Raises Conflict for a stale version."""

    def work() -> Person:
        person = users.to_change(actor.id)
        if person is None:
            raise NotFound
        _require_version(person, version)
        new = {name: value for name, value in changes.items() if getattr(person, name) != value}
        return user_service.change(person, **new) if new else person

    return db.retried(work)


def verify_email(token: str) -> Person:
    """Note that the mailbox is theirs. Raises as `proofs.use` does."""
    with db.transaction():
        used = proofs.use(token, proofs.VERIFY_EMAIL)
        audit.record("account.email_verified", subject=_subject(used.person), user=_who(used.person))
        return user_service.change(used.person, email_verified_at=now())


def reset_password(token: str, password: str) -> None:
    """Set a new password by a mailed link; all sessions end. Raises as `proofs.use` does, and Invalid."""
    _require_good(password, proofs.look(token, proofs.RESET_PASSWORD).user_id, "password")
    password_hash = passwords.hashed(password)  # costly, so not for a token that is none
    with db.transaction():
        person = proofs.use(token, proofs.RESET_PASSWORD).person
        verified = person.email_verified_at or now()  # the link was in that mailbox
        user_service.change(person, password_hash=password_hash, email_verified_at=verified)
        proofs.void(person.id, *proofs.MINUTES)
        sessions.end_all(person.id, "password_reset")
        delays.clear(delays.here(person.email))
        audit.record("account.password_reset", subject=_subject(person), user=_who(person))
        notifications.notify(person.id, "password_changed", {})


def change_password(actor: Actor, password: str, new: str, version: int | None) -> None:
    """Change the password of one who knows it; all other sessions end. Raises Forbidden, Conflict and Invalid."""
    known = known_hash(actor, password)
    _require_good(new, actor.id, "newPassword")
    password_hash = passwords.hashed(new)
    with own_account(actor, known, version) as person:
        user_service.change(person, password_hash=password_hash)
        proofs.void(person.id, proofs.RESET_PASSWORD, proofs.CHANGE_OLD, proofs.CHANGE_NEW)
        sessions.end_all(person.id, "password_changed", but=actor.session_id)
        audit.record("account.password_changed", subject=_subject(person))
        notifications.notify(person.id, "password_changed", {})


def deactivate(actor: Actor, password: str, version: int | None) -> None:
    """Take a break: nobody sees the account until its user logs in again. Raises Forbidden and Conflict."""
    with own_account(actor, known_hash(actor, password), version) as person:
        user_service.shut(person, DEACTIVATED)
        sessions.end_all(person.id, "deactivated")
        audit.record("account.deactivated", subject=_subject(person))
        notifications.notify(person.id, "account_deactivated", {})


def unlock(token: str) -> None:
    """Forget the failures that make an account wait, by a mailed link. Raises as `proofs.use` does."""
    with db.transaction():
        person = proofs.use(token, proofs.UNLOCK).person
        delays.clear(delays.here(person.email))
        audit.record("account.unlocked", subject=_subject(person), user=_who(person))


def come_in(user_id: str, known: str) -> Person:
    """Return a user who has shown their password, locked.

    Raises Unauthenticated if they may not get in any more, or their password has changed since it was checked.
    """
    person = users.to_change(user_id)
    found = users.credentials_of(user_id)
    if person is None or found is None or found[1] != known:
        raise Unauthenticated("E-mail address or password is wrong.", code="wrong_credentials")
    return person


def come_back(person: Person) -> Person:
    """Return a user who is getting in; who had taken a break is active again."""
    if person.active:
        return person
    audit.record("account.reactivated", subject=_subject(person), user=_who(person))
    notifications.notify(person.id, "account_reactivated", {})
    return user_service.reopen(person)


def known_hash(actor: Actor, password: str) -> str:
    """Return the hash of the actor's password for `own_account`. Raises Forbidden if it is another password.

    That counts as a failure to log in, or a stolen session would be good for guessing: also raises TooMany.
    """
    found = users.credentials_of(actor.id)
    if found is None:
        raise Forbidden("This is not your password.", code="wrong_password")
    attempt = delays.here(found[0].email)
    delays.require_none(attempt)
    if not passwords.matches(password, found[1]):
        delays.fail(attempt, Forbidden("This is not your password.", code="wrong_password"), found[0])
    return found[1]


@contextmanager
def own_account(actor: Actor, known: str, version: int | None = None) -> Iterator[Person]:
    """Give the actor's own row, locked, in a transaction, to one who has shown that they know the password.

    Checking a password takes too long to be done with a lock in hand. Raises Conflict if it has changed since, or if
    the row has another version than they expect.
    """
    with db.transaction():
        person = users.to_change(actor.id)
        found = users.credentials_of(actor.id)
        if person is None or found is None or found[1] != known:
            raise Conflict("Your password has just changed.")
        _require_version(person, version)
        yield person


def _require_good(password: str, user_id: str, field: str) -> None:
    person = users.by_id(user_id)
    if person is not None:
        passwords.require_good(password, email=person.email, name=person.name, field=field)


def _require_version(person: Person, version: int | None) -> None:
    if version is not None and version != person.version:
        raise Conflict(
            "Your account has changed since you saw it.",
            code="stale_version",
            details={"version": person.version, "user": present(person)},
        )


def _subject(person: Person) -> str:
    return f"user-{person.id}"


def _who(person: Person) -> tuple[str, str]:
    return person.id, person.role
