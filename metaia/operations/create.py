"""Dry runs and the creation of operations. The ids of the items are fixed by one statement, in the same transaction."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any

from sqlalchemy import Select, insert

from metaia.core import db, rooms
from metaia.core.access.actor import Actor
from metaia.core.audit import log as audit_log
from metaia.core.errors import Conflict, Invalid
from metaia.core.http.fields import camel
from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.core.times import now, rfc3339
from metaia.jobs import registry as job_registry
from metaia.operations import items, presenters, queries
from metaia.operations.actions.kinds import Instruction
from metaia.operations.actions.service import KINDS
from metaia.operations.models import OperationItemRow, OperationRow
from metaia.operations.queries import Operation
from metaia.operations.results import presenters as result_presenters
from metaia.operations.schemas import MAX_ITEMS
from metaia.operations.state import QUEUED

TRIED = 100  # items of a dry run
TRIAL_SECONDS = 3.0  # after which a dry run tries no more items


def trial(actor: Actor, kind: str, given: Json) -> Json:
    """Return what an operation would do, without doing it. Raises Invalid for too many items."""
    chosen = _chosen(actor, kind, given)
    count = queries.size(chosen, MAX_ITEMS)
    _require_few(count, given)
    ids = queries.first(chosen, TRIED)
    titles = KINDS[kind].titles(ids)
    run = KINDS[kind].actions[given["action"]]
    instruction = Instruction(given["reason"], given["parameters"])
    results, until = [], time.monotonic() + TRIAL_SECONDS
    for item_id in ids:
        outcome = items.tried(run, actor, item_id, instruction)
        results.append(result_presenters.trial(item_id, titles.get(item_id), outcome))
        if time.monotonic() > until:
            break
    return presenters.trial(kind, given["action"], count, results, KINDS[kind].groups(chosen))


def create(actor: Actor, kind: str, given: Json) -> Operation:
    """Create an operation, which a job then does. Raises Invalid for too many items, and Conflict (`count_changed`)."""
    moment = now()
    operation = Operation(
        id=new_id(), kind=kind, action=given["action"], filter=_stored(given.get("filter")),
        parameters=given["parameters"], reason=given["reason"], actor_id=actor.id, actor_role=actor.role,
        state=QUEUED, ended_because=None, total=given["expected_count"], done=0, failed=0, next_at=moment,
        published_at=None, began_at=None, ended_at=None, created_at=moment, updated_at=moment,
    )  # fmt: skip
    with db.transaction():
        values = {name: getattr(operation, name) for name in Operation.__slots__}
        db.execute(insert(OperationRow).values(**values))
        _fix_items(operation.id, _chosen(actor, kind, given), given)
        _audit(operation)
        job_registry.wake_on_commit()
    return operation


def _fix_items(operation_id: str, chosen: Select[Any], given: Json) -> None:
    """Insert the items by one statement. Raises Invalid and Conflict if they are not as many as expected."""
    limited = queries.as_items(operation_id, chosen.limit(MAX_ITEMS + 1))
    columns = ["operation_id", "item_id"]
    db.execute(insert(OperationItemRow).from_select(columns, limited))
    count = queries.size(queries.items_of(operation_id), MAX_ITEMS)
    _require_few(count, given)
    if count != given["expected_count"]:
        details = {"count": count}
        raise Conflict(f"Now {count} items match.", code="count_changed", details=details)


def _chosen(actor: Actor, kind: str, given: Json) -> Select[Any]:
    if "ids" in given:
        return queries.listed(sorted(set(given["ids"])))
    filters = {name: value for name, value in given["filter"].items() if name != "all"}
    return KINDS[kind].matching(actor, filters)


def _require_few(count: int, given: Json) -> None:
    if count > MAX_ITEMS:
        field = "ids" if "ids" in given else "filter"
        raise Invalid(
            f"More than {MAX_ITEMS:,} items match.",
            code="too_many",
            details={field: [f"At most {MAX_ITEMS:,} items."]},
        )


def _stored(filters: Json | None) -> Json | None:
    """Return filters as they are stored and shown."""
    if filters is None:
        return None
    shown = {camel(name): value for name, value in filters.items()}
    return {name: rfc3339(value) if isinstance(value, datetime) else value for name, value in shown.items()}


def _audit(operation: Operation) -> None:
    """Record the operation without the words of its search, which may be a name."""
    filters = None if operation.filter is None else operation.filter | {"q": "q" in operation.filter}
    ordered = {name: getattr(operation, name) for name in ("kind", "action", "reason", "total")}
    subject = rooms.subject("operation", operation.id)
    audit_log.record("operation.created", subject=subject, after=ordered | {"filter": filters})
