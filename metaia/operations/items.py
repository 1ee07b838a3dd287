"""One item of an operation: its action in a transaction of its own, together with its result."""

from __future__ import annotations

import math
from dataclasses import dataclass

import structlog
from sqlalchemy import update
from structlog.contextvars import bound_contextvars

from metaia.core import db, fault_injection, outbox
from metaia.core.access.actor import Actor
from metaia.core.errors import Problem
from metaia.core.json import Json
from metaia.core.times import now
from metaia.operations import queries
from metaia.operations.actions.kinds import Change, Instruction, Run
from metaia.operations.actions.service import KINDS
from metaia.operations.models import OperationItemRow
from metaia.operations.queries import Operation
from metaia.operations.state import DONE, FAILED

UNEXPECTED: Json = {"code": Problem.code, "message": Problem.message}
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Outcome:
    """What became of an item: an error, or what has changed."""

    error: Json | None
    before: Json | None = None
    after: Json | None = None


class _Undo(Exception):
    """Ends a trial, so that nothing of it is written."""

    def __init__(self, change: Change) -> None:
        super().__init__()
        self.change = change


def perform(operation: Operation, item_id: str) -> bool:
    """Do the action to an item that still waits; return False if another worker has it, or nothing is to be done.

    The action and the result commit together, so a killed worker leaves the item waiting and undone.
    """
    run = KINDS[operation.kind].actions[operation.action]
    given = Instruction(operation.reason, operation.parameters)
    # The id of the operation stands in place of a request's: in the log, the audit log and the notifications.
    with bound_contextvars(request_id=operation.id), outbox.acting_as(operation.actor_id), db.transaction():
        if not queries.lock_waiting(operation.id, item_id):
            return False
        _write(operation.id, item_id, _attempt(run, author(operation), item_id, given))
        fault_injection.point("operation_item")
    return True


def tried(run: Run, actor: Actor, item_id: str, given: Instruction) -> Outcome:
    """Return what the action would do to an item. It is done and undone, so every check is the real one."""

    def run_and_undo(by: Actor, this: str, instruction: Instruction) -> Change:
        raise _Undo(run(by, this, instruction))

    with db.transaction():
        return _attempt(run_and_undo, actor, item_id, given)


def author(operation: Operation) -> Actor:
    """Return the admin that has ordered an operation, as the actor of its items."""
    return Actor(operation.actor_id, operation.actor_role, operation.id, math.inf)


def _attempt(run: Run, actor: Actor, item_id: str, given: Instruction) -> Outcome:
    try:
        with db.savepoint():
            before, after = run(actor, item_id, given)
    except _Undo as undo:
        return Outcome(None, *undo.change)
    except Problem as problem:
        return Outcome({"code": problem.code, "message": problem.message})
    except Exception as error:
        if isinstance(error, db.UNAVAILABLE) and not isinstance(error, db.REFUSED):
            raise
        log.exception("an item of an operation failed", item=item_id)
        return Outcome(UNEXPECTED)
    return Outcome(None, before, after)


def _write(operation_id: str, item_id: str, outcome: Outcome) -> None:
    row = OperationItemRow
    values: Json = {"before": outcome.before, "after": outcome.after, "error": outcome.error, "at": now()}
    values["state"] = FAILED if outcome.error else DONE
    this = (row.operation_id == operation_id, row.item_id == item_id)
    db.execute(update(row).where(*this).values(**values))
