"""Operations as JSON."""

from __future__ import annotations

from collections import Counter

from metaia.core.access.actor import Actor
from metaia.core.http.fields import camel
from metaia.core.http.presenters import presenter
from metaia.core.json import Json
from metaia.core.times import rfc3339
from metaia.operations import state
from metaia.operations.queries import Operation
from metaia.operations.schemas import OperationOut, OperationProgress

_operation = presenter(
    OperationOut,
    without=["allowed_actions"],
    computed={"parameters": lambda this: {camel(name): value for name, value in this.parameters.items()}},
)
_progress = presenter(OperationProgress, rename={"operation_id": "id"})


def operation(this: Operation, actor: Actor) -> Json:
    """Return an operation with the actions that `actor` may do."""
    actions = state.allowed(this, is_author=actor.id == this.actor_id)
    return _operation(this) | {"allowedActions": actions}


def progress(this: Operation) -> Json:
    """Return the payload of `system:operation`."""
    return _progress(this)


def conflict(this: Operation) -> Json:
    """Return the details of a 409: the state of the operation."""
    return {"state": this.state, "updatedAt": rfc3339(this.updated_at)}


def trial(kind: str, action: str, count: int, results: list[Json], groups: dict[str, int]) -> Json:
    """Return a dry run, as TrialOut describes it."""
    errors = Counter(result["error"]["code"] for result in results if result["error"])
    failed = errors.total()
    summary = {
        "tried": len(results),
        "ok": len(results) - failed,
        "failed": failed,
        "errors": [{"code": code, "count": number} for code, number in errors.most_common()],
        "groups": [{"value": name, "count": number} for name, number in sorted(groups.items())],
    }
    shown: Json = {"id": None, "kind": kind, "action": action, "count": count}
    return shown | {"results": results, "summary": summary}
