"""The second factor: an authenticator app's codes, and recovery codes for those who have lost it.

All of it happens in the running transaction, with the user's row locked; second_factor_actions.py has what people do.
"""

from __future__ import annotations

from sqlalchemy import delete, insert, update

from metaia.auth.lockout import service as lockout
from metaia.auth.lockout.service import Attempt
from metaia.auth.second_factor import codes, encryption, policy, queries
from metaia.auth.second_factor.models import RecoveryCode, SecondFactor
from metaia.core import db
from metaia.core.audit import log as audit_log
from metaia.core.db import AnyRow
from metaia.core.errors import Problem, Unauthenticated, declare
from metaia.core.times import now
from metaia.notifications import service as notification_service
from metaia.users.queries import Person

declare(
    {
        "second_factor_required": "The password is right, and the account has a second factor: send `code` too.",
        "wrong_code": "The code is wrong, too old, or was used before.",
    }
)


def refusal(
    person: Person, code: str | None, attempt: Attempt, kind: type[Problem] = Unauthenticated
) -> Problem | None:
    """Return what stands against a locked user whose password is right, None if nothing: a delay, or the second factor.

    A wrong code counts as a failure, in the running transaction.
    """
    problem = lockout.met(attempt)
    factor = queries.second_factor(person.id)
    if problem is not None or factor is None or factor.confirmed_at is None:
        return problem
    if not code:
        return kind("A code of your second factor is needed.", code="second_factor_required")
    if matches(factor, code) or _uses_up(person, code):
        return None
    return lockout.failed(attempt, wrong(kind), person, code=True)


def is_missing(person: Person) -> bool:
    """Return whether a user lacks the second factor that their role needs."""
    return policy.is_required(person.role) and not queries.has_second_factor(person.id)


def forget(user_id: str) -> None:
    """Delete a locked user's second factor and recovery codes."""
    for table in (SecondFactor, RecoveryCode):
        db.execute(delete(table).where(table.user_id == user_id))


def matches(factor: AnyRow, code: str) -> bool:
    """Return whether this is a code of the app that was not used before; it is used up then."""
    secret = encryption.unseal(factor.secret, factor.user_id)
    step = codes.step_of(secret, code, now(), after=factor.last_step) if secret else None
    if step is None:
        return False
    db.execute(update(SecondFactor).where(SecondFactor.user_id == factor.user_id).values(last_step=step))
    return True


def _uses_up(person: Person, code: str) -> bool:
    """Return whether this is a recovery code of theirs that was not used before; it is used up then."""
    mine = (RecoveryCode.user_id == person.id, RecoveryCode.hash == codes.digest(code))
    found = update(RecoveryCode).where(*mine, RecoveryCode.used_at.is_(None)).values(used_at=now())
    if not db.execute(found).rowcount:
        return False
    left = queries.recovery_codes_left(person.id)
    tell(person, "account.recovery_code_used", f"A recovery code was used; {left} are left.")
    return True


def new_recovery_codes(person: Person) -> list[str]:
    """Return new recovery codes of a user; the old ones are void."""
    fresh = codes.new_recovery_codes()
    db.execute(delete(RecoveryCode).where(RecoveryCode.user_id == person.id))
    rows = [{"user_id": person.id, "hash": codes.digest(code)} for code in fresh]
    db.execute(insert(RecoveryCode), rows)
    return fresh


def tell(person: Person, action: str, what: str) -> None:
    """Note a change of somebody's second factor, and tell them."""
    audit_log.record(action, subject=f"user-{person.id}", user=(person.id, person.role))
    notification_service.notify(person.id, "second_factor_changed", {"what": what})


def wrong(kind: type[Problem]) -> Problem:
    """Return what there is to say about a wrong code."""
    return kind("The code is wrong, or was used before.", code="wrong_code")
