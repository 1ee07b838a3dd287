"""Mails about accounts: the jobs that send them, and the links in them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from rq import Queue
from sqlalchemy import text

from metaia.auth.mailed_links import service as mailed_links
from metaia.core import db
from tests.support.people import Person
from tests.support.waiting import until

NOTIFICATIONS = text("SELECT type, data FROM notifications WHERE user_id = :user ORDER BY id")


class AccountMails:
    """Runs the jobs that mail links, as the worker does, and returns the mailed tokens."""

    def __init__(self, queue: Queue) -> None:
        self.queue = queue

    def work(self, count: int = 1) -> list[Any]:
        """Wait for `count` jobs and run them; return their results."""
        until(lambda: len(self.queue.job_ids) >= count, f"{count} jobs are in the queue")
        jobs = self.queue.jobs
        self.queue.empty()
        return [job.perform() for job in jobs]

    def tokens(self, person: Person | str, purpose: str) -> list[str]:
        """Return the tokens that were mailed to a person for a purpose, oldest first."""
        return [
            mailed_links.url(purpose, data).partition("=")[2] for data in notification_data(person, purpose)
        ]

    def token(self, person: Person | str, purpose: str) -> str:
        """Return the newest token that was mailed to a person for a purpose."""
        return self.tokens(person, purpose)[-1]


class Rollback(Exception):
    """Rolls a transaction back."""


@contextmanager
def rolled_back() -> Iterator[None]:
    """Run the block in a transaction that is rolled back."""
    with suppress(Rollback), db.transaction():
        yield
        raise Rollback


def notification_data(person: Person | str, kind: str) -> list[dict[str, Any]]:
    """Return the data of a person's notifications of a type, oldest first."""
    user = person if isinstance(person, str) else person.id
    return [row.data for row in db.fetch_all(NOTIFICATIONS, {"user": user}) if row.type == kind]


def actions(person: Person | str) -> list[str]:
    """Return the actions on a person's account from the audit log."""
    user = person if isinstance(person, str) else person.id
    found = text("SELECT action FROM audit_log WHERE subject = :subject ORDER BY id")
    return [row.action for row in db.fetch_all(found, {"subject": f"user-{user}"})]
