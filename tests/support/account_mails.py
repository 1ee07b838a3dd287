"""What is mailed to people about their accounts: the jobs that decide it, and the links in it."""

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

TOLD = text("SELECT type, data FROM notifications WHERE user_id = :user ORDER BY id")


class Post:
    """Works off the jobs that mail links, as the worker does, and opens what was mailed."""

    def __init__(self, queue: Queue) -> None:
        self.queue = queue

    def work(self, count: int = 1) -> list[Any]:
        """Wait for `count` jobs and do them; return what they say."""
        until(lambda: len(self.queue.job_ids) >= count, f"{count} jobs are in the queue")
        jobs = self.queue.jobs
        self.queue.empty()
        return [job.perform() for job in jobs]

    def tokens(self, person: Person | str, purpose: str) -> list[str]:
        """Return the tokens of the links that were mailed to somebody for a purpose, oldest first."""
        return [mailed_links.url(purpose, data).partition("=")[2] for data in told(person, purpose)]

    def token(self, person: Person | str, purpose: str) -> str:
        """Return the newest of them."""
        return self.tokens(person, purpose)[-1]


class Undo(Exception):
    """What was done is not to be kept."""


@contextmanager
def undone() -> Iterator[None]:
    """Do something in a transaction that does not commit."""
    with suppress(Undo), db.transaction():
        yield
        raise Undo


def told(person: Person | str, kind: str) -> list[dict[str, Any]]:
    """Return the data of what somebody was told, oldest first."""
    user = person if isinstance(person, str) else person.id
    return [row.data for row in db.fetch_all(TOLD, {"user": user}) if row.type == kind]


def actions(person: Person | str) -> list[str]:
    """Return what the audit log says was done to somebody's account."""
    user = person if isinstance(person, str) else person.id
    found = text("SELECT action FROM audit_log WHERE subject = :subject ORDER BY id")
    return [row.action for row in db.fetch_all(found, {"subject": f"user-{user}"})]
