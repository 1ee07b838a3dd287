"""What users do with their own second factor."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert

from metaia.auth.lockout import service as lockout
from metaia.auth.passwords import confirm as password_confirm
from metaia.auth.second_factor import codes, encryption, policy, queries, verification
from metaia.auth.second_factor.models import SecondFactor
from metaia.auth.sessions import service as session_service
from metaia.core import db
from metaia.core.access.actor import Actor
from metaia.core.errors import Conflict, Forbidden, NotFound, declare
from metaia.core.times import now
from metaia.users import queries as user_queries
from metaia.users.queries import Person

T = TypeVar("T")
declare(
    {
        "second_factor_on": "The account has a second factor: take it off first.",
        "second_factor_off": "The account has no second factor.",
    }
)


@dataclass(frozen=True)
class State:
    """Whether an account has a second factor, whether its role requires one, and how many recovery codes are left."""

    on: bool
    needed: bool
    recovery_codes_left: int


def state(actor: Actor) -> State:
    """Return the state of the actor's second factor."""
    on = queries.is_enabled(actor.id)
    return State(on, policy.is_required(actor.role), queries.recovery_codes_left(actor.id))


def begin(actor: Actor, password: str) -> tuple[str, str]:
    """Store a new secret, which `confirm` will enable; return it and its URI for a QR code.

    Raises Forbidden (wrong password), TooMany, and Conflict if a second factor is enabled.
    """
    secret = codes.new_secret()
    known_hash = password_confirm.check_password(actor, password)
    with password_confirm.lock_own_account(actor, known_hash) as person:
        if queries.is_enabled(person.id):
            raise Conflict("You have a second factor.", code="second_factor_on")
        new = {"secret": encryption.encrypt(secret, person.id), "last_step": 0, "created_at": now()}
        row = insert(SecondFactor).values(user_id=person.id, **new)
        db.execute(row.on_conflict_do_update(index_elements=["user_id"], set_=new))
    return secret, codes.uri(secret, person.email)


def confirm(actor: Actor, code: str) -> list[str]:
    """Enable the new secret by one of its codes, end all other sessions, and return recovery codes.

    Raises Forbidden if the code is wrong, Conflict if there is no new secret.
    """
    with db.transaction():
        person = _lock(actor)
        factor = queries.second_factor(person.id)
        if factor is None:
            raise Conflict("Begin first.", code="second_factor_off")
        if factor.confirmed_at is not None:
            raise Conflict("It is on already.", code="second_factor_on")
        # A wrong code does not count as a failure: this client was given the secret, so it has nothing to guess.
        if not verification.redeem_code(factor, code):
            raise verification.wrong_code(Forbidden)
        own = SecondFactor.user_id == person.id
        db.execute(update(SecondFactor).where(own).values(confirmed_at=now()))
        session_service.end_all(person.id, "second_factor_on", except_id=actor.session_id)
        what = "It is on: logging in takes a code now."
        verification.record_change(person, "account.second_factor_on", what)
        return verification.replace_recovery_codes(person)


def remove(actor: Actor, password: str, code: str) -> None:
    """Remove the second factor and end all other sessions; the actor's own too if the role requires a second factor.

    Raises Forbidden, TooMany, and Conflict without a second factor.
    """

    def work(person: Person) -> None:
        verification.delete_all(person.id)
        kept = None if policy.is_required(person.role) else actor.session_id
        session_service.end_all(person.id, "second_factor_off", except_id=kept)
        what = "It is off: a password is enough to log in."
        verification.record_change(person, "account.second_factor_off", what)

    _reauthenticated(actor, password, code, work)


def renew_recovery_codes(actor: Actor, password: str | None, code: str | None) -> list[str]:
    """Replace the recovery codes and return the new ones. Raises Forbidden, TooMany, Conflict (no second factor)."""

    def work(person: Person) -> list[str]:
        what = "It has new recovery codes; the old ones are void."
        verification.record_change(person, "account.recovery_codes_renewed", what)
        return verification.replace_recovery_codes(person)

    return _reauthenticated(actor, password, code, work)


def _reauthenticated(actor: Actor, password: str | None, code: str | None, work: Callable[[Person], T]) -> T:
    """Check the password and the code, if given, and call `work` in a transaction with the row-locked user."""
    known_hash = None if password is None else password_confirm.check_password(actor, password)
    with db.transaction():
        person = _lock(actor, known_hash)
        if not queries.is_enabled(person.id):
            raise Conflict("You have no second factor.", code="second_factor_off")
        problem = None
        if code is not None:
            attempt = lockout.current_attempt(person.email)
            problem = verification.check(person, code, attempt, Forbidden)
        if problem is None:
            return work(person)
    raise problem  # after the commit, so that the failure is counted


def _lock(actor: Actor, known_hash: str | None = None) -> Person:
    """Return the actor's user, row-locked. Raises NotFound, and Conflict if the password is no longer `known_hash`."""
    if known_hash is not None:
        with password_confirm.lock_own_account(actor, known_hash) as person:
            return person
    found = user_queries.to_change(actor.id)
    if found is None:
        raise NotFound
    return found
