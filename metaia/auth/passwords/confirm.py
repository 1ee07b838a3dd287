"""Re-authentication: what matters needs the password again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from metaia.auth.lockout import service as lockout
from metaia.auth.passwords import policy as password_policy
from metaia.core import db
from metaia.core.access.actor import Actor
from metaia.core.errors import Conflict, Forbidden, Unauthenticated, declare
from metaia.users import presenters as user_presenters
from metaia.users import queries as user_queries
from metaia.users.queries import Person

declare({"wrong_password": "The password is not the one of this account."})


def check_password(actor: Actor, password: str) -> str:
    """Return the hash of the actor's password for `own_account`. Raises Forbidden if it is another password.

    That counts as a failure to log in, or a stolen session would be good for guessing: also raises TooMany.
    """
    found = user_queries.credentials_of(actor.id)
    if found is None:
        raise Forbidden("This is not your password.", code="wrong_password")
    attempt = lockout.here(found[0].email)
    lockout.require_none(attempt)
    if not password_policy.matches(password, found[1]):
        lockout.fail(attempt, Forbidden("This is not your password.", code="wrong_password"), found[0])
    return found[1]


@contextmanager
def own_account(actor: Actor, known: str, version: int | None = None) -> Iterator[Person]:
    """Give the actor's own row, locked, in a transaction, to one who has shown that they know the password.

    Checking a password takes too long to be done with a lock in hand. Raises Conflict if it has changed since, or if
    the row has another version than they expect.
    """
    with db.transaction():
        person = user_queries.to_change(actor.id)
        found = user_queries.credentials_of(actor.id)
        if person is None or found is None or found[1] != known:
            raise Conflict("Your password has just changed.")
        require_version(person, version)
        yield person


def lock_authenticated(user_id: str, known: str) -> Person:
    """Return a user who has shown their password, locked.

    Raises Unauthenticated if they may not get in any more, or their password has changed since it was checked.
    """
    person = user_queries.to_change(user_id)
    found = user_queries.credentials_of(user_id)
    if person is None or found is None or found[1] != known:
        raise Unauthenticated("E-mail address or password is wrong.", code="wrong_credentials")
    return person


def require_version(person: Person, version: int | None) -> None:
    """Raise Conflict if a caller expects another `version` of an account; the details show the account as it is."""
    if version is not None and version != person.version:
        raise Conflict(
            "Your account has changed since you saw it.",
            code="stale_version",
            details={"version": person.version, "user": user_presenters.user(person)},
        )
