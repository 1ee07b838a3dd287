"""Bulk operations: ordering them over HTTP, doing their batches, and rows of operations."""

from __future__ import annotations

from typing import Any

from sqlalchemy import insert, text

from metaia.core import db
from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.core.times import now
from metaia.operations import advance
from metaia.operations.models import OperationItemRow, OperationRow
from tests.support.people import Person

BULK, OPERATIONS = "/api/admin/{kind}/bulk", "/api/admin/operations"
WHY = "because of a test"


def bulk(admin: Person, kind: str, action: str, *, status: int = 200, **body: Any) -> Json:
    """Order an operation, or a dry run; return the operation, or the error of another status than 200 and 202."""
    given = {"action": action, "reason": WHY} | body
    answer = admin.post(BULK.format(kind=kind), given)
    assert answer.status_code == status, answer.text
    found: Json = answer.json()
    return found["data"]["operation"] if status < 300 else found["error"]


def ordered(admin: Person, kind: str, action: str, ids: list[str], **body: Any) -> Json:
    """Order an operation for these items."""
    count = len(set(ids))
    return bulk(admin, kind, action, status=202, ids=ids, expectedCount=count, dryRun=False, **body)


def finish(operation: Json) -> int:
    """Do all batches of an operation; return how many there were."""
    batches = 0
    while advance.advance(operation["id"]):
        batches += 1
    return batches


def done(admin: Person, kind: str, action: str, ids: list[str], **body: Any) -> Json:
    """Order an operation and do it; return it as it is then."""
    operation = ordered(admin, kind, action, ids, **body)
    finish(operation)
    return shown(admin, operation)


def shown(admin: Person, operation: Json) -> Json:
    """Return an operation as it is now."""
    answer = admin.get(f"{OPERATIONS}/{operation['id']}")
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()["data"]["operation"]
    return found


def results(admin: Person, operation: Json, **query: Any) -> dict[str, Json]:
    """Return the results of an operation by item."""
    answer = admin.get(f"{OPERATIONS}/{operation['id']}/results", params={"limit": 100} | query)
    assert answer.status_code == 200, answer.text
    return {each["id"]: each for each in answer.json()["data"]["results"]}


def act(admin: Person, operation: Json, action: str, status: int = 200) -> Json:
    """Cancel or retry an operation."""
    answer = admin.post(f"{OPERATIONS}/{operation['id']}/{action}", {})
    assert answer.status_code == status, answer.text
    found: Json = answer.json()
    return found["data"]["operation"] if status < 300 else found["error"]


def counted(operation: Json) -> tuple[str, int, int, int]:
    """Return the state and the counts of an operation."""
    return operation["state"], operation["total"], operation["done"], operation["failed"]


def row_of(author: Person, action: str) -> str:
    """Insert an operation in the state for `action`, with one item; return its id."""
    id_, moment, retried = new_id(), now(), action == "retry"
    operation: Json = {
        "id": id_, "kind": "orders", "action": "note", "parameters": {"message": "Hello"}, "reason": WHY,
        "actor_id": author.id, "actor_role": "admin", "state": "completed" if retried else "queued", "total": 1,
        "done": 0, "failed": int(retried), "created_at": moment, "updated_at": moment,
    }  # fmt: skip
    with db.transaction():
        db.execute(insert(OperationRow).values(**operation))
        error = {"code": "not_found", "message": "There is no such order."} if retried else None
        state = "failed" if retried else "waiting"
        item = {"operation_id": id_, "item_id": new_id(), "state": state, "error": error}
        db.execute(insert(OperationItemRow).values(**item))
    return id_


def set_columns(operation: Json, **values: Any) -> None:
    """Change columns of an operation in the table."""
    changes = ", ".join(f"{name} = :{name}" for name in values)
    with db.transaction():
        statement = text(f"UPDATE operations SET {changes} WHERE id = :id")
        db.execute(statement, values | {"id": operation["id"]})
