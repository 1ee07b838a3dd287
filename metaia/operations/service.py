"""Actions of admins on operations."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, update

from metaia.core import db, rooms
from metaia.core.access.actor import Actor
from metaia.core.audit import log as audit_log
from metaia.core.errors import Conflict, Forbidden, NotFound
from metaia.core.times import now
from metaia.jobs import registry as job_registry
from metaia.operations import advance, presenters, publish, queries
from metaia.operations.models import OperationItemRow, OperationRow
from metaia.operations.policy import PERMISSIONS
from metaia.operations.queries import Operation
from metaia.operations.state import BY_ADMIN, CANCEL, FAILED, QUEUED, RETRY, WAITING, allowed


def read(actor: Actor, operation_id: str) -> Operation:
    """Return an operation. Raises NotFound, and Forbidden without the permission for its kind."""
    return _found(actor, queries.get(operation_id))


def cancel(actor: Actor, operation_id: str) -> Operation:
    """Begin no more items. Raises NotFound, Forbidden, and Conflict if the operation has ended."""
    with db.transaction():
        operation = _to_change(actor, operation_id, CANCEL)
        after = advance.cancel(operation, BY_ADMIN)
        _audit("cancelled", after)
        job_registry.wake_on_commit()
    return after


def retry(actor: Actor, operation_id: str) -> Operation:
    """Do the failed items again, with the rights that the author has now.

    Raises NotFound, Forbidden unless the actor is its author, and Conflict if it runs or no item has failed.
    """
    with db.transaction():
        operation = _to_change(actor, operation_id, RETRY)
        row = OperationItemRow
        failed = (row.operation_id == operation.id, row.state == FAILED)
        again = {"state": WAITING, "error": None, "before": None, "after": None, "at": None}
        db.execute(update(row).where(*failed).values(**again))
        begun = {"state": QUEUED, "failed": 0, "next_at": now(), "ended_at": None, "ended_because": None}
        after = publish.changed(operation, **begun)
        _audit("retried", operation)
        job_registry.wake_on_commit()
    return after


def purge(before: datetime, limit: int) -> int:
    """Delete up to `limit` operations that ended before a moment, with their items; return how many."""
    return db.execute(delete(OperationRow).where(OperationRow.id.in_(queries.ended(before, limit)))).rowcount


def _to_change(actor: Actor, operation_id: str, action: str) -> Operation:
    operation = _found(actor, queries.to_change(operation_id))
    is_author = actor.id == operation.actor_id
    if action == RETRY and not is_author:
        raise Forbidden(
            "Only its author may do this: its items are done with their rights.", code="not_author"
        )
    if action not in allowed(operation, is_author=is_author):
        text = f"This operation is {operation.state}: {action} is not possible."
        raise Conflict(text, details=presenters.conflict(operation))
    return operation


def _found(actor: Actor, operation: Operation | None) -> Operation:
    if operation is None:
        raise NotFound("There is no such operation.")
    if not actor.may(PERMISSIONS[operation.kind]):
        raise Forbidden
    return operation


def _audit(action: str, operation: Operation) -> None:
    counts = {name: getattr(operation, name) for name in ("total", "done", "failed")}
    subject = rooms.subject("operation", operation.id)
    audit_log.record(f"operation.{action}", subject=subject, after=counts)
