"""What people do about their second factor."""

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
    """Whether an account has a second factor, whether its role needs one, and how many recovery codes are left."""

    on: bool
    needed: bool
    recovery_codes_left: int


def state(actor: Actor) -> State:
    """Return how it is with the actor's second factor."""
    on = queries.has_second_factor(actor.id)
    return State(on, policy.is_required(actor.role), queries.recovery_codes_left(actor.id))


def begin(actor: Actor, password: str) -> tuple[str, str]:
    """Return a new secret, not yet in force, and its address for a QR code. Raises Forbidden, Conflict if one is."""
    secret = codes.new_secret()
    with password_confirm.own_account(actor, password_confirm.check_password(actor, password)) as person:
        factor = queries.second_factor(person.id)
        if factor is not None and factor.confirmed_at is not None:
            raise Conflict("You have a second factor.", code="second_factor_on")
        new = {"secret": encryption.seal(secret, person.id), "last_step": 0, "created_at": now()}
        row = insert(SecondFactor).values(user_id=person.id, **new)
        db.execute(row.on_conflict_do_update(index_elements=["user_id"], set_=new))
    return secret, codes.uri(secret, person.email)


def confirm(actor: Actor, code: str) -> list[str]:
    """Put the new secret in force by one of its codes, and return recovery codes; all other sessions end.

    Raises Forbidden if the code is wrong, Conflict if there is no new secret.
    """
    with db.transaction():
        person = _own(actor)
        factor = queries.second_factor(person.id)
        if factor is None:
            raise Conflict("Begin first.", code="second_factor_off")
        if factor.confirmed_at is not None:
            raise Conflict("It is on already.", code="second_factor_on")
        if not verification.matches(factor, code):  # counts as no failure: who is here has seen the secret
            raise verification.wrong(Forbidden)
        mine = SecondFactor.user_id == person.id
        db.execute(update(SecondFactor).where(mine).values(confirmed_at=now()))
        session_service.end_all(person.id, "second_factor_on", but=actor.session_id)
        verification.tell(person, "account.second_factor_on", "It is on: logging in takes a code now.")
        return verification.new_recovery_codes(person)


def remove(actor: Actor, password: str, code: str) -> None:
    """Take the second factor off; all other sessions end, this one too if the role needs one.

    Raises Forbidden or TooMany, and Conflict without a factor.
    """

    def work(person: Person) -> None:
        verification.forget(person.id)
        needed = policy.is_required(person.role)
        session_service.end_all(person.id, "second_factor_off", but=None if needed else actor.session_id)
        verification.tell(person, "account.second_factor_off", "It is off: a password is enough to log in.")

    _with_proof(actor, password, code, work)


def renew_recovery_codes(actor: Actor, password: str | None, code: str | None) -> list[str]:
    """Return new recovery codes; the old ones are void. Raises Forbidden or TooMany, and Conflict without a factor."""

    def work(person: Person) -> list[str]:
        verification.tell(
            person, "account.recovery_codes_renewed", "It has new recovery codes; the old ones are void."
        )
        return verification.new_recovery_codes(person)

    return _with_proof(actor, password, code, work)


def _with_proof(actor: Actor, password: str | None, code: str | None, work: Callable[[Person], T]) -> T:
    """Do `work` for one who has a second factor, and shows as much of password and code as is given."""
    known = None if password is None else password_confirm.check_password(actor, password)
    with db.transaction():
        person = _own(actor, known)
        if not queries.has_second_factor(person.id):
            raise Conflict("You have no second factor.", code="second_factor_off")
        problem = (
            None
            if code is None
            else verification.refusal(person, code, lockout.here(person.email), Forbidden)
        )
        if problem is None:
            return work(person)
    raise problem  # after the commit: a wrong code counts


def _own(actor: Actor, known: str | None = None) -> Person:
    if known is not None:
        with password_confirm.own_account(actor, known) as person:
            return person
    found = user_queries.to_change(actor.id)
    if found is None:
        raise NotFound
    return found
