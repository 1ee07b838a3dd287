"""The JSON of replays."""

from __future__ import annotations

from typing import Any

from metaia.core.json import Json
from metaia.core.times import rfc3339


def replay(this: Any) -> Json:
    """Return a replay with its result, which is JSON already."""
    undone = "waiting" if this.due_at is not None else "failed"
    result: Json = this.result
    return result | {
        "id": this.id,
        "dryRun": this.dry_run,
        "state": "done" if this.done_at is not None else undone,
        "error": this.error,
        "left": len(this.left),
        "createdAt": rfc3339(this.created_at),
        "doneAt": rfc3339(this.done_at),
    }
