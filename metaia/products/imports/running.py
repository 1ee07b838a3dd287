"""Running an import by a job: all its rows change in one transaction, with its result, or none does."""

from __future__ import annotations

import zlib
from dataclasses import replace
from typing import Any

from sqlalchemy import update
from sqlalchemy.exc import TimeoutError as PoolTimeout

from metaia.core import db, rooms, threads
from metaia.core.access.actor import Actor
from metaia.core.errors import Problem
from metaia.core.json import Json
from metaia.core.times import now
from metaia.notifications import service as notification_service
from metaia.products.csv import service as csv_service
from metaia.products.imports import publish, queries
from metaia.products.imports.models import ImportRow
from metaia.products.imports.queries import Import
from metaia.products.notifications import IMPORT_FAILED
from metaia.products.publish import lock

STEP = 250  # rows between two changes of `done`
INTERRUPTED = Problem("The import was interrupted several times.", code="import_interrupted")


class _Ended(Exception):
    """The import has ended, or was deleted, while this job was running: nothing may change."""


class Progress:
    """Shows how far an import is, also to clients that read it before the transaction of its rows ends."""

    def __init__(self, this: Import) -> None:
        self._import, self._done = this, 0

    def __call__(self, share: float) -> None:
        """Set the rows that are worked off to a share of all."""
        done = int(self._import.total * share)
        if done - self._done >= STEP:
            self._done = done
            try:
                with db.separate():
                    _change(self._import.id, done=done)
            except PoolTimeout:  # the process has one connection: the import goes on without showing it
                self._done = self._import.total


def run(import_id: str, *, most_tries: int) -> None:
    """Run an import. A worker that is killed has changed nothing, so another one runs all of it."""
    this = queries.get(import_id)
    if this is None or this.finished_at is not None:
        return
    if this.tries > most_tries:
        fail(this, INTERRUPTED)
        return
    with db.transaction():
        _change(this.id, started_at=now(), done=0)
    try:
        _import(this)
    except _Ended:
        return
    except Problem as problem:
        fail(this, problem)


def fail(this: Import, problem: Problem) -> None:
    """End an import that has changed nothing."""
    try:
        with db.transaction():
            _finish(this, problem=problem.as_dict())
    except _Ended:
        return


def _import(this: Import) -> None:
    actor = Actor(this.requested_by, this.role, "", 0.0)
    content = queries.content(this.id)
    file = threads.call(_read, content or b"")
    with db.transaction():
        lock(this.partner_id)  # a job that was believed to be dead holds it until its end
        found = queries.get(this.id)
        if found is None or found.finished_at is not None:
            raise _Ended
        progress = Progress(this)
        result = csv_service.applied(
            actor, this.partner_id, file, mode=this.mode, dry_run=this.dry_run, progress=progress
        )
        _finish(this, result=result, done=this.total)


def _read(content: bytes) -> csv_service.File:
    return csv_service.parsed(zlib.decompress(content))


def _finish(this: Import, **outcome: Any) -> None:
    """End an import, and publish that. Raises _Ended, so that the transaction changes nothing, if it has ended."""
    moment = now()
    if not _change(this.id, finished_at=moment, content=None, due_at=None, error=None, **outcome):
        raise _Ended
    ended = replace(this, finished_at=moment, **outcome)
    publish.ended(ended)
    result: Json = ended.result or {"errors": []}
    if not this.dry_run and not result.get("applied"):
        data = {"errors": len(result["errors"])}
        subject = rooms.subject("partner", this.partner_id)
        notification_service.notify(this.partner_id, IMPORT_FAILED, data, subject=subject)


def _change(import_id: str, **values: Any) -> bool:
    """Change an import that has not ended, in the running transaction; return whether there is one."""
    unfinished = (ImportRow.id == import_id, ImportRow.finished_at.is_(None))
    return bool(db.execute(update(ImportRow).where(*unfinished).values(**values)).rowcount)
