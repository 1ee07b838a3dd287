"""Results of items as JSON."""

from __future__ import annotations

from typing import Any

from metaia.core.json import Json
from metaia.operations.items import Outcome
from metaia.operations.state import DONE, FAILED

OK = {DONE: True, FAILED: False}


def result(row: Any, title: str | None) -> Json:
    """Return an item of an operation."""
    shown = {"id": row.id, "title": title, "ok": OK.get(row.state), "state": row.state, "error": row.error}
    return shown | {"before": row.before, "after": row.after}


def trial(item_id: str, title: str | None, outcome: Outcome) -> Json:
    """Return an item of a dry run."""
    shown: Json = {"id": item_id, "title": title, "ok": outcome.error is None}
    shown |= {"state": FAILED if outcome.error else DONE, "error": outcome.error}
    return shown | {"before": outcome.before, "after": outcome.after}
