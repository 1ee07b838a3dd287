"""Writing changes of an operation, and publishing them to its author."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from metaia.core import db, rooms
from metaia.core.times import now
from metaia.operations import presenters
from metaia.operations.models import OperationRow
from metaia.operations.queries import Operation
from metaia.realtime import events

INTERVAL = timedelta(seconds=1)  # between two events, unless the state changes


def is_time(operation: Operation) -> bool:
    """Return whether the last event of an operation is long enough ago."""
    return operation.published_at is None or now() - operation.published_at >= INTERVAL


def changed(before: Operation, **changes: Any) -> Operation:
    """Write changes of a row-locked operation in the running transaction, and return it.

    There is an event for a new state, and at most one in a second for new counts.
    """
    moment = now()
    is_moved = changes.get("state", before.state) != before.state
    publish = is_moved or ("done" in changes and is_time(before))
    changes |= {"updated_at": moment} | ({"published_at": moment} if publish else {})
    after = replace(before, **changes)
    db.change(OperationRow, id=before.id, **changes)
    if publish:
        subject = rooms.subject("operation", after.id)
        audience = [rooms.user(after.actor_id)]
        events.record("operation.progress", presenters.progress(after), audience=audience, subject=subject)
    return after
