"""Replays: up to AT_ONCE calls are processed in the request, up to MOST by a job."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import structlog
from sqlalchemy import update

from metaia.core import db
from metaia.core.access.actor import Actor
from metaia.core.db import AnyRow
from metaia.core.errors import Invalid, NotFound, declare
from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.core.times import now
from metaia.core.work_queue import WorkQueue
from metaia.jobs import registry as job_registry
from metaia.webhooks.replays import queries, result, running
from metaia.webhooks.replays.models import ReplayRow

AT_ONCE, MOST = 50, 500  # calls
QUEUE = WorkQueue(ReplayRow, done="done_at", pauses=(60, 300, 900))
log = structlog.get_logger(__name__)
declare({"replay_too_large": "Too many calls: replay a shorter time, or fewer of them."})


def replay(actor: Actor, chosen: Json, *, dry_run: bool) -> AnyRow | Any:
    """Replay calls at once, or let a job do so; return the replay, which is not done in that case.

    Raises NotFound if there is no such call, Invalid (`replay_too_large`) and Conflict (`replay_busy`).
    """
    calls = list(queries.calls(chosen, MOST + 1))
    if len(calls) > MOST:
        text = f"At most {MOST} calls."
        raise Invalid(text, code="replay_too_large", details={"ids": [text]})
    if not calls or ("ids" in chosen and len(calls) < len(set(chosen["ids"]))):
        raise NotFound("There is no such call.")
    made: Json = {
        "id": new_id(), "dry_run": dry_run, "calls": calls, "left": calls, "result": result.empty(),
        "requested_by": actor.id, "created_at": now(), "due_at": now(), "done_at": None, "tries": 0, "error": None,
    }  # fmt: skip
    if len(calls) > AT_ONCE:
        with db.transaction():
            db.append(ReplayRow, **made)
            job_registry.wake_on_commit()
        return SimpleNamespace(**made)
    made |= {"left": [], "due_at": None, "done_at": now()}
    if dry_run:
        return SimpleNamespace(**made | {"result": running.run(made["id"], calls, dry_run=True)})
    with db.transaction():
        made["result"] = running.run(made["id"], calls, dry_run=False)
        db.append(ReplayRow, **made)
    return SimpleNamespace(**made)


def read(replay_id: str) -> AnyRow:
    """Return a replay that was stored: one of a job, or for real. Raises NotFound."""
    found = queries.get(replay_id)
    if found is None:
        raise NotFound("There is no such replay.")
    return found


def work_off() -> int:
    """Run the due replays of jobs; return how many."""
    ids = QUEUE.claim(1)
    for replay_id in ids:
        try:
            while _continue(replay_id):
                pass
        except Exception as error:
            log.exception("replay not run", replay=replay_id)
            with db.transaction():
                QUEUE.postpone(replay_id, f"{type(error).__name__}: {db.describe(error)}")
    return len(ids)


def _continue(replay_id: str) -> bool:
    """Do the next part of a replay: all calls of a dry run, AT_ONCE of another. Return whether more is left.

    A part and its result commit together, so a worker that is killed repeats nothing.
    """
    found = read(replay_id)
    if found.dry_run:
        made = running.run(replay_id, found.left, dry_run=True)
        with db.transaction():
            return _finish(found, made, [])
    with db.transaction():
        row = queries.get(replay_id, for_update=True)
        if row is None or not row.left:
            return False
        made = running.run(replay_id, row.left[:AT_ONCE], dry_run=False)
        return _finish(row, made, row.left[AT_ONCE:])


def _finish(row: AnyRow, made: Json, left: list[str]) -> bool:
    values: Json = {"result": result.merged(row.result, made), "left": left}
    if not left:
        values |= {"done_at": now(), "due_at": None, "error": None}
    db.execute(update(ReplayRow).where(ReplayRow.id == row.id).values(**values))
    return bool(left)
