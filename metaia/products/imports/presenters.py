"""Imports as JSON."""

from __future__ import annotations

from metaia.core.json import Json
from metaia.core.times import rfc3339
from metaia.products.imports.queries import Import
from metaia.products.imports.schemas import DONE, FAILED, RUNNING, WAITING


def shown(this: Import) -> Json:
    """Return an import as `ImportOut`."""
    return common(this) | {"result": this.result, "problem": this.problem}


def common(this: Import) -> Json:
    """Return an import as its event shows it: without the list of errors, which may be long."""
    result = this.result or {}
    return {
        "id": this.id,
        "partnerId": this.partner_id,
        "state": _state(this),
        "mode": this.mode,
        "dryRun": this.dry_run,
        "done": this.done,
        "total": this.total,
        "applied": bool(result.get("applied")),
        "createdAt": rfc3339(this.created_at),
        "finishedAt": rfc3339(this.finished_at),
    }


def _state(this: Import) -> str:
    if this.finished_at is not None:
        return DONE if this.problem is None else FAILED
    return WAITING if this.started_at is None else RUNNING
