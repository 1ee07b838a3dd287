"""The work of operations, in batches of items. After a crash the next batch goes on with the items that still wait."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import update

from metaia.core import db
from metaia.core.json import Json
from metaia.core.times import now
from metaia.operations import items, load, publish, queries
from metaia.operations.models import OperationItemRow
from metaia.operations.policy import PERMISSIONS
from metaia.operations.queries import Operation
from metaia.operations.state import (
    AUTHOR_LOST_ACCESS,
    CANCELLED,
    COMPLETED,
    OPEN,
    PAUSED,
    RUNNING,
    WAITING,
)
from metaia.users import queries as user_queries

BATCH = 20  # items
LEASE = timedelta(seconds=2)  # after which another worker goes on if this one was killed
PAUSE = timedelta(seconds=5)  # before the next look at the load
Claimed = tuple[Operation, list[str]]


def advance(operation_id: str | None = None) -> bool:
    """Do the next batch of the operation that has been due for the longest time, or of this one.

    Return whether one was due.
    """
    with db.transaction():
        operation = queries.lock_due(operation_id)
        if operation is None:
            return False
        batch = _begin(operation)
    if batch and sum(items.perform(operation, item_id) for item_id in batch):
        _release(operation.id)
    return True


def cancel(operation: Operation, because: str) -> Operation:
    """End a row-locked operation in the running transaction: no item that waits is begun."""
    return _finish(operation, CANCELLED, ended_because=because)


def _begin(operation: Operation) -> list[str]:
    """Write what is known of a row-locked operation; return the ids of the items to do now."""
    if operation.state not in OPEN:
        _finish(operation, operation.state)
    elif not _has_author(operation):
        cancel(operation, AUTHOR_LOST_ACCESS)
    elif not (batch := queries.waiting(operation.id, BATCH)):
        _finish(operation, COMPLETED)
    elif load.is_high():
        publish.changed(operation, state=PAUSED, next_at=now() + PAUSE)
    else:
        counted = queries.counts(operation.id) if publish.is_time(operation) else {}
        began = {"began_at": operation.began_at or now()}
        publish.changed(operation, state=RUNNING, next_at=now() + LEASE, **counted, **began)
        return batch
    return []


def _finish(operation: Operation, state: str, **changes: str) -> Operation:
    """End an operation. Items that a worker does at this moment are counted by the next look at it."""
    if state == CANCELLED:
        _cancel_waiting(operation.id)
    busy = bool(queries.waiting(operation.id, 1))
    more: Json = {"next_at": now() + LEASE if busy else None, "ended_at": operation.ended_at or now()}
    return publish.changed(operation, state=state, **queries.counts(operation.id), **more, **changes)


def _cancel_waiting(operation_id: str) -> None:
    """Cancel the items that wait; not one that a worker does at this moment."""
    row = OperationItemRow
    free = queries.free_items(operation_id)
    changed = update(row).where(row.operation_id == operation_id, row.item_id.in_(free), row.state == WAITING)
    db.execute(changed.values(state=CANCELLED, at=now()))


def _release(operation_id: str) -> None:
    """Make an operation due again at the end of a batch, without waiting for its lease."""
    with db.transaction():
        operation = queries.to_change(operation_id)
        if operation is not None and operation.state == RUNNING:
            publish.changed(operation, next_at=now())


def _has_author(operation: Operation) -> bool:
    """Return whether the author still has the right to do what was ordered, with the same role."""
    author = user_queries.by_id(operation.actor_id)
    if author is None or not author.active or author.role != operation.actor_role:
        return False
    return author.role in PERMISSIONS[operation.kind].roles
