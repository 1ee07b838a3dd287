"""Running a replay: calls are processed again in one transaction, which a dry run rolls back.

Nothing outside PostgreSQL happens while a call is processed, so nothing of a dry run remains.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

import structlog
from psycopg.errors import DeadlockDetected, LockNotAvailable
from sqlalchemy import text, update
from sqlalchemy.exc import DBAPIError

from metaia.core import db
from metaia.core.audit import log as audit_log
from metaia.core.db import AnyRow
from metaia.core.errors import Conflict, declare
from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.core.times import now
from metaia.ledger.queries import Booked
from metaia.webhooks import queries as webhook_queries
from metaia.webhooks.effects import service as effects
from metaia.webhooks.effects.service import Digest
from metaia.webhooks.models import WebhookRow
from metaia.webhooks.replays import result, snapshots

WAIT = text("SET LOCAL lock_timeout = '500ms'")
BUSY = (LockNotAvailable, DeadlockDetected)
log = structlog.get_logger(__name__)
declare({"replay_busy": "What the calls are about is being changed; try again in a moment."})


class _RollBack(Exception):
    """Ends the transaction of a dry run."""


def run(replay_id: str, calls: Sequence[str], *, dry_run: bool) -> Json:
    """Process calls again in the order of their arrival, and return the result. Raises Conflict (`replay_busy`).

    A call that fails changes nothing, and is in the result. For real, the calls count as processed, and the audit log
    has what they did.
    """
    if dry_run and db.locking():
        raise RuntimeError("a dry run needs a transaction of its own, which it rolls back")
    made = result.empty()
    try:
        with suppress(_RollBack), db.transaction():
            db.execute(WAIT)
            _run(made, calls, dry_run=dry_run)
            if dry_run:
                raise _RollBack
            audit_log.record("webhook.replayed", subject=f"replay-{replay_id}", after=_audited(made, calls))
    except DBAPIError as error:
        if isinstance(error.orig, BUSY):
            raise Conflict("The calls' payments are being changed.", code="replay_busy") from None
        raise
    return made


def _run(made: Json, calls: Sequence[str], *, dry_run: bool) -> None:
    facts = [fact for call in calls if (row := webhook_queries.row(call)) for fact in effects.read(row).facts]
    snapshots.lock(facts)
    first, known = new_id(), snapshots.known(facts)
    before = _about(facts)
    postings: list[Booked] = []
    for call in calls:
        if (done := _digest(made, call, dry_run=dry_run)) is not None:
            result.add(made, done)
            postings += done.postings
    made["newFacts"] = snapshots.known(facts) - known
    balances, balances_after = snapshots.accounts(postings)
    after = _about(facts)
    made["changes"] = result.changes(before | balances, after | balances_after)
    if dry_run:
        made.update(result.without_new_ids(made, first))


def _about(facts: snapshots.Facts) -> result.State:
    return snapshots.payments(facts) | snapshots.deliveries(facts) | snapshots.shipments(facts)


def _digest(made: Json, call: str, *, dry_run: bool) -> Digest | None:
    """Process one call in a part of the transaction of its own; return None if it fails."""
    made["calls"] += 1
    row = webhook_queries.row(call, for_update=True)
    if row is None or row.body is None:
        made["failed"].append({"id": call, "because": "its content is not stored any more"})
        return None
    try:
        with db.savepoint():
            done = effects.digest(row, dry_run=dry_run)
            if not dry_run:
                _store(row, done)
    except Exception as error:  # one call must not cost the others
        if isinstance(error, DBAPIError) and isinstance(error.orig, BUSY):
            raise
        log.warning("call not replayed", call=call, error=db.describe(error))
        made["failed"].append({"id": call, "because": f"{type(error).__name__}: {db.describe(error)}"[:300]})
        return None
    if done.missing is not None:
        made["failed"].append({"id": call, "because": done.missing[:300]})
    return done


def _store(row: AnyRow, done: Digest) -> None:
    finished = {"digested_at": row.digested_at or now(), "due_at": None, "error": None}
    values = done.stored(row) | {"replayed": row.replayed + 1} | ({} if done.missing else finished)
    db.execute(update(WebhookRow).where(WebhookRow.id == row.id).values(**values))


def _audited(made: Json, calls: Sequence[str]) -> Json:
    keys = [each["key"] for each in made["postings"]]
    return {name: made[name] for name in ("newFacts", "changes", "failed")} | {
        "calls": list(calls),
        "postings": keys,
    }
