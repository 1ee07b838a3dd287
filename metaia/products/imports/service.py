"""Imports: up to AT_ONCE rows are imported in the request, more by a job."""

from __future__ import annotations

import zlib
from dataclasses import asdict
from datetime import timedelta
from functools import partial

from sqlalchemy import delete, insert

from metaia.core import db, threads
from metaia.core.access.actor import Actor
from metaia.core.errors import Conflict, NotFound
from metaia.core.http.pagination import Page
from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.core.times import now
from metaia.core.work_queue import WorkQueue
from metaia.jobs import registry as job_registry
from metaia.products import policy, publish
from metaia.products.csv import service as csv_service
from metaia.products.imports import queries, running
from metaia.products.imports.models import ImportRow
from metaia.products.imports.queries import Import

AT_ONCE = 500  # rows
PAUSES = (60, 60, 300, 3600)  # seconds after which the import of a killed worker is tried again
LEFT_OVER = timedelta(days=1)  # an import that has not ended by then has failed
KEPT = timedelta(days=30)
QUEUE = WorkQueue(ImportRow, done="finished_at", pauses=PAUSES)


def receive(actor: Actor, content: bytes, given: Json) -> Json | Import:
    """Import a small file, or only check it, and return the result; of a large file return the import of a job.

    Raises Forbidden, Invalid and Conflict (`profile_needed`, `import_running`).
    """
    owner = policy.partner_of(actor, given["partner_id"])
    file = threads.call(csv_service.parsed, content)
    if len(file.rows) <= AT_ONCE:
        return csv_service.applied(actor, owner, file, mode=given["mode"], dry_run=given["dry_run"])
    packed = threads.call(zlib.compress, content)
    made = Import(
        new_id(), owner, actor.id, actor.role, given["mode"], given["dry_run"], len(file.rows), 0,
        result=None, problem=None, created_at=now(), started_at=None, finished_at=None, tries=0,
    )  # fmt: skip
    with db.transaction():
        publish.lock(owner)
        if (other := queries.unfinished(owner)) is not None:
            text = "An import of this catalogue has not ended."
            raise Conflict(text, code="import_running", details={"importId": other})
        db.execute(insert(ImportRow).values(**asdict(made), content=packed, due_at=made.created_at))
        job_registry.wake_on_commit()
    return made


def read(actor: Actor, import_id: str) -> Import:
    """Return an import. Raises NotFound, also for those of other partners."""
    found = queries.get(import_id)
    if found is None or not policy.may_see_all(actor, found.partner_id):
        raise NotFound("There is no such import.")
    return found


def page(actor: Actor, partner_id: str | None, *, limit: int, cursor: str | None) -> Page:
    """Return one page of the imports of a partner. Raises Forbidden, and Invalid for an admin that names none."""
    return queries.page(policy.partner_of(actor, partner_id), limit=limit, cursor=cursor)


def work_off() -> int:
    """Run the oldest due import; return how many."""
    return QUEUE.work_off(QUEUE.claim(1), partial(running.run, most_tries=len(PAUSES)))


def tidy() -> int:
    """Fail the imports that were abandoned, and delete old ones; return how many."""
    for import_id in queries.left_over(now() - LEFT_OVER):
        if (found := queries.get(import_id)) is not None:
            running.fail(found, running.INTERRUPTED)
    with db.transaction():
        old = delete(ImportRow).where(ImportRow.created_at < now() - KEPT, ImportRow.finished_at.is_not(None))
        return db.execute(old).rowcount
