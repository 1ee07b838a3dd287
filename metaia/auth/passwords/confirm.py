"""Re-authentication: an action with serious consequences requires the password again.

Checking a password takes a quarter of a second, too long to hold a row lock. So the password is checked first, and the
transaction that acts on it compares the hash again: `lock_own_account` and `lock_authenticated` refuse if the password
was changed since the check.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from metaia.auth.lockout import service as lockout
from metaia.auth.passwords import policy as password_policy
from metaia.core import db, versions
from metaia.core.access.actor import Actor
from metaia.core.errors import Conflict, Forbidden, Unauthenticated, declare
from metaia.users import presenters as user_presenters
from metaia.users import queries as user_queries
from metaia.users.queries import Person

declare({"wrong_password": "The password is not the one of this account."})


def check_password(actor: Actor, password: str) -> str:
    """Return the hash that the actor's password matches. Raises Forbidden for a wrong password, and TooMany.

    A wrong password counts as a failed login, because a stolen session could be used to guess the password.
    """
    found = user_queries.credentials_of(actor.id)
    if found is None:
        raise Forbidden("This is not your password.", code="wrong_password")
    person, known_hash = found
    attempt = lockout.current_attempt(person.email)
    lockout.require_no_delay(attempt)
    if not password_policy.matches(password, known_hash):
        lockout.raise_failure(attempt, Forbidden("This is not your password.", code="wrong_password"), person)
    return known_hash


@contextmanager
def lock_own_account(actor: Actor, known_hash: str, version: versions.Expected = None) -> Iterator[Person]:
    """Yield the actor's user, row-locked, in a transaction.

    `known_hash` is the result of `check_password`. Raises Conflict if the password was changed since, or if the user
    has another version than `version`.
    """
    with db.transaction():
        person = _lock(actor.id, known_hash)
        if person is None:
            raise Conflict("Your password has just changed.")
        require_version(person, version)
        yield person


def lock_authenticated(user_id: str, known_hash: str) -> Person:
    """Return the user of a login with a right password, row-locked in the running transaction.

    Raises Unauthenticated if they can no longer log in, or if the password was changed since the check.
    """
    person = _lock(user_id, known_hash)
    if person is None:
        raise Unauthenticated("E-mail address or password is wrong.", code="wrong_credentials")
    return person


def require_version(person: Person, version: versions.Expected) -> None:
    """Raise Conflict if the client expects another `version` of the user; its details contain the current one."""
    versions.require(version, person.version, "account", lambda: user_presenters.conflict(person))


def _lock(user_id: str, known_hash: str) -> Person | None:
    """Return the user, row-locked; None if they can no longer log in or have another hash than `known_hash`."""
    person = user_queries.to_change(user_id)
    found = user_queries.credentials_of(user_id)
    return person if found is not None and found[1] == known_hash else None
