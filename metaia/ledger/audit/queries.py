"""Selects of the auditor."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select

from metaia.core import db
from metaia.core.db import AnyRow
from metaia.ledger.audit.models import LedgerAuditRow
from metaia.ledger.models import LedgerAccountRow

BATCH = 5000
FIRST = "00000000-0000-0000-0000-000000000000"  # before all ids


def latest() -> AnyRow | None:
    """Return the run that finished last."""
    finished = LedgerAuditRow.finished_at
    return db.fetch_one(
        select(LedgerAuditRow.__table__).where(finished.is_not(None)).order_by(finished.desc()).limit(1)
    )


def pending(since: datetime) -> AnyRow | None:
    """Return the run that was requested last, after `since`, and has not finished."""
    requested = LedgerAuditRow.requested_at
    query = select(LedgerAuditRow.__table__).where(requested > since, LedgerAuditRow.finished_at.is_(None))
    return db.fetch_one(query.order_by(requested.desc()).limit(1))


def by_id(run_id: str) -> AnyRow | None:
    """Return a run."""
    return db.fetch_one(select(LedgerAuditRow.__table__).where(LedgerAuditRow.id == run_id))


def accounts() -> Iterator[AnyRow]:
    """Yield the id, kind, owner and currency of all accounts, in batches of rows."""
    columns = (LedgerAccountRow.id, LedgerAccountRow.kind, LedgerAccountRow.owner, LedgerAccountRow.currency)
    after = FIRST
    while rows := db.fetch_all(
        select(*columns).where(LedgerAccountRow.id > after).order_by(LedgerAccountRow.id).limit(BATCH)
    ):
        yield from rows
        after = rows[-1].id
