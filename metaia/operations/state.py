"""The states of an operation and its items. Pure."""

from __future__ import annotations

from typing import Protocol

ORDERS, USERS = "orders", "users"
KINDS = (ORDERS, USERS)

QUEUED, RUNNING, PAUSED, COMPLETED, CANCELLED = "queued", "running", "paused", "completed", "cancelled"
STATES = (QUEUED, RUNNING, PAUSED, COMPLETED, CANCELLED)
OPEN = frozenset({QUEUED, RUNNING, PAUSED})
WAITING, DONE, FAILED = "waiting", "done", "failed"
ITEM_STATES = (WAITING, DONE, FAILED, CANCELLED)

BY_ADMIN, AUTHOR_LOST_ACCESS = "admin", "author_lost_access"  # why an operation was cancelled
ENDED_BECAUSE = (BY_ADMIN, AUTHOR_LOST_ACCESS)
CANCEL, RETRY = "cancel", "retry"
ACTIONS = (CANCEL, RETRY)


class Progress(Protocol):
    """The part of an operation that decides what may be done to it."""

    @property
    def state(self) -> str: ...
    @property
    def failed(self) -> int: ...


def allowed(operation: Progress, *, is_author: bool) -> list[str]:
    """Return the actions that an admin may do: all admins may cancel, only the author may retry."""
    if operation.state in OPEN:
        return [CANCEL]
    return [RETRY] if is_author and operation.failed else []
