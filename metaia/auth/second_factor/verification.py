"""Verification of a second factor: codes of an authenticator app, and recovery codes.

All functions that write run in the running transaction, with the user row-locked.
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


def check(
    person: Person, code: str | None, attempt: Attempt, error: type[Problem] = Unauthenticated
) -> Problem | None:
    """After the password, check the second factor of a row-locked user. Return None if the login may succeed.

    Returns an `error` for a missing or wrong code, and TooMany for a delay that began while the password was checked.
    A wrong code counts as a failure. The caller raises the problem after its transaction has committed.
    """
    problem = lockout.concurrent_delay(attempt)
    factor = queries.second_factor(person.id)
    if problem is not None or factor is None or factor.confirmed_at is None:
        return problem
    if not code:
        return error("A code of your second factor is needed.", code="second_factor_required")
    if redeem_code(factor, code) or _redeem_recovery_code(person, code):
        return None
    return lockout.count_failure(attempt, wrong_code(error), person, code=True)


def is_missing(person: Person) -> bool:
    """Return whether a user lacks the second factor that their role requires."""
    return policy.is_required(person.role) and not queries.is_enabled(person.id)


def delete_all(user_id: str) -> None:
    """Delete the second factor and the recovery codes of a row-locked user."""
    for table in (SecondFactor, RecoveryCode):
        db.execute(delete(table).where(table.user_id == user_id))


def redeem_code(factor: AnyRow, code: str) -> bool:
    """Return whether `code` is an unused code of the authenticator app, and mark it and all earlier ones as used."""
    secret = encryption.decrypt(factor.secret, factor.user_id)
    step = codes.step_of(secret, code, now(), after=factor.last_step) if secret else None
    if step is None:
        return False
    db.execute(update(SecondFactor).where(SecondFactor.user_id == factor.user_id).values(last_step=step))
    return True


def _redeem_recovery_code(person: Person, code: str) -> bool:
    """Return whether `code` is an unused recovery code of the user, and mark it as used."""
    own = (RecoveryCode.user_id == person.id, RecoveryCode.hash == codes.digest(code))
    found = update(RecoveryCode).where(*own, RecoveryCode.used_at.is_(None)).values(used_at=now())
    if not db.execute(found).rowcount:
        return False
    left = queries.recovery_codes_left(person.id)
    record_change(person, "account.recovery_code_used", f"A recovery code was used; {left} are left.")
    return True


def replace_recovery_codes(person: Person) -> list[str]:
    """Replace a user's recovery codes and return the new ones. Only their hashes are stored."""
    new = codes.new_recovery_codes()
    db.execute(delete(RecoveryCode).where(RecoveryCode.user_id == person.id))
    rows = [{"user_id": person.id, "hash": codes.digest(code)} for code in new]
    db.execute(insert(RecoveryCode), rows)
    return new


def record_change(person: Person, action: str, what: str) -> None:
    """Record a change of a user's second factor in the audit log, and notify the user."""
    audit_log.record(action, subject=f"user-{person.id}", user=(person.id, person.role))
    notification_service.notify(person.id, "second_factor_changed", {"what": what})


def wrong_code(error: type[Problem]) -> Problem:
    """Return the `error` for a wrong code."""
    return error("The code is wrong, or was used before.", code="wrong_code")
