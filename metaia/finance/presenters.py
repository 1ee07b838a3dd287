"""Accounts, postings and findings as JSON."""

from __future__ import annotations

from collections.abc import Sequence

from metaia.core.db import AnyRow
from metaia.core.http.presenters import presenter
from metaia.core.json import Json
from metaia.core.times import rfc3339
from metaia.finance.schemas import LedgerAccountOut, LedgerEntryOut, LedgerPostingOut
from metaia.ledger import queries as ledger_queries
from metaia.ledger import service as ledger_service
from metaia.ledger.chart import REVERSAL
from metaia.ledger.queries import Booked

account = presenter(LedgerAccountOut, rename={"balance": "posted", "limit": "ceiling"})
_entry = presenter(LedgerEntryOut)
_posting = presenter(
    LedgerPostingOut,
    computed={
        "cause": lambda this: _causes(this.cause),
        "reverses": lambda this: this.key.partition(":")[2] if this.kind == REVERSAL else None,
        "entries": lambda this: [_entry(line) for line in this.entries],
    },
    without=["reversed_by"],
)


def postings(found: Sequence[Booked]) -> list[Json]:
    """Return postings, each with the id of its reversal."""
    keys = {ledger_service.reversal_key(each.id): each.id for each in found}
    reversals = {keys[key]: id_ for key, id_ in ledger_queries.ids_by_keys(list(keys)).items()}
    return [_posting(each) | {"reversedBy": reversals.get(each.id)} for each in found]


def audit(latest: AnyRow | None, *, running: bool) -> Json:
    """Return the findings of the latest finished run."""
    if latest is None:
        return {"checked_at": None, "full": False, "running": running, "findings": []}
    at = rfc3339(latest.finished_at)
    return {"checked_at": at, "full": latest.full, "running": running, "findings": latest.findings}


def _causes(cause: str | None) -> list[Json]:
    parts = (part.partition(":") for part in (cause or "").split())
    return [{"type": type_, "id": id_} for type_, _, id_ in parts]
