"""Lockout: failures delay further logins to an account from one network, from a network, to an account, and by codes.

Nothing here depends on whether an account exists. While a delay runs, passwords are not checked and failures are not
counted, so requests during a delay do not prolong it. If the check of a password began before the delay, its result is
judged as if it came after the failure that caused the delay: otherwise many requests at once would count like one.
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
from metaia.core.text import emails
from metaia.core.times import now
from metaia.network.addresses import network
from metaia.users.queries import Person

RETENTION = timedelta(days=1)  # of a subject's row; in this time the count of every schedule decays to zero
declare(
    {"too_many_attempts": "Too many failures: wait, or open the link that the account's owner got by mail."}
)


@dataclass(frozen=True)
class Attempt:
    """An attempt to log in to an account, which may not exist, from a network address."""

    email: str
    address: str | None

    @property
    def account(self) -> str:
        """Return the subject under which failures from all networks are counted."""
        return f"account:{_digest(emails.comparable(self.email))}"

    def subjects(self, *, code: bool) -> dict[str, Schedule]:
        """Return the subjects that count for this attempt, with their schedules, in the order of their row locks.

        `code`: include the failures of the second factor.
        """
        place = network(self.address)
        found = {
            self.account: ACCOUNT,
            f"address:{place}"[:200]: ADDRESS,
            f"pair:{_digest(f'{emails.comparable(self.email)} {place}')}": PAIR,
        }
        return dict(sorted((found | ({f"code:{self.account}": CODE} if code else {})).items()))


def current_attempt(email: str) -> Attempt:
    """Return the attempt to log in with `email` from the address of the current request."""
    return Attempt(email, request.remote_addr)


def require_no_delay(attempt: Attempt) -> None:
    """Raise TooMany while a delay runs. One cheap query: call it before the password is checked."""
    problem = _delay(attempt, queries.delays(attempt.subjects(code=False)), now())
    if problem is not None:
        raise problem


def concurrent_delay(attempt: Attempt) -> Problem | None:
    """Return the delay caused by attempts that failed while this correct one was being checked.

    Locks the rows of its subjects in the running transaction.
    """
    return _delay(attempt, queries.delays(attempt.subjects(code=True), for_update=True), now())


def count_failure(
    attempt: Attempt, problem: Problem, person: Person | None, *, code: bool = False
) -> Problem:
    """Count a failure in the running transaction. Return `problem`, or TooMany if a delay is running already.

    Failures at the same moment all count. When the account's own delay begins, its owner is mailed a link to end it.
    """
    subjects, moment = attempt.subjects(code=code), now()
    rows = {row.subject: row for row in _lock_rows(subjects, moment)}
    delay = _delay(attempt, rows.values(), moment)
    if delay is not None:
        return delay
    for subject, schedule in subjects.items():
        before = rows[subject]
        count = schedule.after_failure(before.failures, (moment - before.failed_at).total_seconds())
        wait = schedule.wait(count)
        if subject == attempt.account and wait and not schedule.wait(before.failures):
            mailed_links.request_link(
                email_tokens.UNLOCK, attempt.email
            )  # the worker finds out if there is an owner
        _write(subject, count, moment, wait)
    if person is not None:
        audit_log.record("account.login_failed", subject=f"user-{person.id}", after={"because": problem.code})
    return problem


def raise_failure(
    attempt: Attempt, problem: Problem, person: Person | None, *, code: bool = False
) -> NoReturn:
    """Count a failure in a transaction of its own, and raise the problem that `count_failure` returns."""
    with db.transaction():
        problem = count_failure(attempt, problem, person, code=code)
    raise problem


def clear(attempt: Attempt) -> None:
    """Delete the failures of an account, in the running transaction. Those of the network itself still count."""
    subjects = [subject for subject in attempt.subjects(code=True) if not subject.startswith("address:")]
    db.execute(delete(LoginDelay).where(LoginDelay.subject.in_(subjects)))


def purge(before: datetime) -> int:
    """Delete the subjects that last failed before a moment, in the running transaction; return how many."""
    return db.execute(delete(LoginDelay).where(LoginDelay.failed_at < before)).rowcount


def _lock_rows(subjects: Iterable[str], moment: datetime) -> list[AnyRow]:
    """Return the rows of all subjects, row-locked, and add the missing ones."""
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


def _delay(attempt: Attempt, rows: Iterable[AnyRow], moment: datetime) -> Problem | None:
    # A failure without a delay has `until` equal to `failed_at`; this machine's clock may be a little behind that.
    waits = {
        row.subject: (row.until - moment).total_seconds()
        for row in rows
        if row.until > max(row.failed_at, moment)
    }
    if attempt.account in waits and _is_known_network(attempt):
        del waits[attempt.account]
    if not waits:
        return None
    return TooMany(
        "Too many failures: wait a little.", code="too_many_attempts", retry_after=ceil(max(waits.values()))
    )


def _is_known_network(attempt: Attempt) -> bool:
    """Return whether a login to the account has succeeded from this network before."""
    known = {network(address) for address in session_queries.login_addresses(attempt.email)}
    return network(attempt.address) in known


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
