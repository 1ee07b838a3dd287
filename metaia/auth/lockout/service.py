"""Failures make one wait: an account from one address, an address, an account from everywhere, and codes.

Nothing here knows whether an account exists. While a delay runs, nothing is tried, so nothing is counted either: who
keeps knocking makes nobody wait for longer. What was tried meanwhile is judged as if it came after the failure that
began the delay, or many at once would be as good as none.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import NoReturn

from flask import request
from sqlalchemy import delete, update
from sqlalchemy.dialects.postgresql import insert

from metaia.auth.lockout import queries
from metaia.auth.lockout.models import LoginDelay
from metaia.auth.lockout.policy import ACCOUNT, ADDRESS, CODE, PAIR, Schedule
from metaia.auth.mailed_links import service as mailed_links
from metaia.auth.mailed_links import tokens as email_tokens
from metaia.auth.sessions import queries as session_queries
from metaia.core import db
from metaia.core.audit import log as audit_log
from metaia.core.db import AnyRow
from metaia.core.errors import Problem, TooMany, declare
from metaia.core.http.rate_limits import network
from metaia.core.times import now
from metaia.users.queries import Person

KEPT = timedelta(days=1)  # longer than any schedule remembers
declare(
    {"too_many_attempts": "Too many failures: wait, or open the link that the account's owner got by mail."}
)


@dataclass(frozen=True)
class Attempt:
    """Somebody tries to get into an account, which may not exist, from an address."""

    email: str
    address: str | None

    @property
    def account(self) -> str:
        """Return the subject of failures from everywhere."""
        return f"account:{_digest(self.email.lower())}"

    def subjects(self, *, code: bool) -> dict[str, Schedule]:
        """Return what failures are counted for, in the order in which rows are locked."""
        place = network(self.address)
        found = {
            self.account: ACCOUNT,
            f"address:{place}"[:200]: ADDRESS,
            f"pair:{_digest(f'{self.email.lower()} {place}')}": PAIR,
        }
        return dict(sorted((found | ({f"code:{self.account}": CODE} if code else {})).items()))


def here(email: str) -> Attempt:
    """Return the attempt that the present request is."""
    return Attempt(email, request.remote_addr)


def require_none(attempt: Attempt) -> None:
    """Raise TooMany while failures make this attempt wait. Costs little: comes before everything that does not."""
    problem = _waiting(attempt, queries.delays(attempt.subjects(code=False)), now())
    if problem is not None:
        raise problem


def met(attempt: Attempt) -> Problem | None:
    """Return what another attempt's failures, meanwhile, say against one that is right, in the running transaction."""
    return _waiting(attempt, queries.delays(attempt.subjects(code=True), lock=True), now())


def failed(attempt: Attempt, problem: Problem, person: Person | None, *, code: bool = False) -> Problem:
    """Count a failure in the running transaction; return `problem`, or that it came while a delay ran.

    Of failures at the same moment each counts. The account's owner gets a link when theirs begins to wait.
    """
    subjects, moment = attempt.subjects(code=code), now()
    rows = {row.subject: row for row in _lock(subjects, moment)}
    waiting = _waiting(attempt, rows.values(), moment)
    if waiting is not None:
        return waiting
    for subject, schedule in subjects.items():
        before = rows[subject]
        count = schedule.after_failure(before.failures, (moment - before.failed_at).total_seconds())
        wait = schedule.wait(count)
        if subject == attempt.account and wait and not schedule.wait(before.failures):
            mailed_links.ask(
                email_tokens.UNLOCK, attempt.email
            )  # whether there is somebody is found out by the worker
        _write(subject, count, moment, wait)
    if person is not None:
        audit_log.record("account.login_failed", subject=f"user-{person.id}", after={"because": problem.code})
    return problem


def fail(attempt: Attempt, problem: Problem, person: Person | None, *, code: bool = False) -> NoReturn:
    """Count a failure, and raise what `failed` returns."""
    with db.transaction():
        problem = failed(attempt, problem, person, code=code)
    raise problem


def clear(attempt: Attempt) -> None:
    """Forget the failures of an account, but for those from other addresses, in the running transaction."""
    theirs = [subject for subject in attempt.subjects(code=True) if not subject.startswith("address:")]
    db.execute(delete(LoginDelay).where(LoginDelay.subject.in_(theirs)))


def tidy(before: datetime) -> int:
    """Delete what was last added to before a moment, in the running transaction; return how much."""
    return db.execute(delete(LoginDelay).where(LoginDelay.failed_at < before)).rowcount


def _lock(subjects: Iterable[str], moment: datetime) -> list[AnyRow]:
    """Return the rows of all subjects, new ones too, locked."""
    new = [{"subject": subject, "failures": 0, "failed_at": moment, "until": moment} for subject in subjects]
    rows = insert(LoginDelay).values(new)
    same = {"subject": rows.excluded.subject}
    return list(
        db.execute(
            rows.on_conflict_do_update(index_elements=["subject"], set_=same).returning(LoginDelay.__table__)
        )
    )


def _write(subject: str, count: float, moment: datetime, wait: int) -> None:
    row = update(LoginDelay).where(LoginDelay.subject == subject)
    db.execute(row.values(failures=count, failed_at=moment, until=moment + timedelta(seconds=wait)))


def _waiting(attempt: Attempt, rows: Iterable[AnyRow], moment: datetime) -> Problem | None:
    # A failure that costs nothing has `until` at its own moment; another machine's clock may be a little behind it.
    waits = {
        row.subject: (row.until - moment).total_seconds()
        for row in rows
        if row.until > max(row.failed_at, moment)
    }
    if attempt.account in waits and _has_been_here(attempt):
        del waits[attempt.account]
    if not waits:
        return None
    return TooMany(
        "Too many failures: wait a little.", code="too_many_attempts", retry_after=ceil(max(waits.values()))
    )


def _has_been_here(attempt: Attempt) -> bool:
    """Return whether somebody has got into the account from this address before."""
    return network(attempt.address) in {
        network(address) for address in session_queries.addresses(attempt.email)
    }


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
