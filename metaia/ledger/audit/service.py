"""Runs of the auditor."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

import structlog
from sqlalchemy import delete, update

from metaia.core import db
from metaia.core.ids import new_id
from metaia.core.times import now
from metaia.jobs import registry as job_registry
from metaia.ledger.audit import registry
from metaia.ledger.audit.models import LedgerAuditRow
from metaia.ledger.audit.registry import Finding

KEPT = timedelta(days=90)
RUN = "metaia.ledger.audit.jobs.run"
log = structlog.get_logger(__name__)


def request(*, full: bool, cause: str) -> str:
    """Let a worker run the auditor after the running transaction; return the id of the run."""
    run_id = create(full=full, cause=cause)
    job_registry.enqueue(RUN, run_id=run_id)
    return run_id


def create(*, full: bool, cause: str) -> str:
    """Store a run that has not begun, in the running transaction, and return its id."""
    run_id = new_id()
    db.append(LedgerAuditRow, id=run_id, full=full, cause=cause, requested_at=now())
    return run_id


def perform(run_id: str, *, full: bool, rules: Iterable[str] | None = None) -> list[Finding]:
    """Check all rules, store the findings of the run, and return them. `rules` are their names."""
    findings: list[Finding] = []
    for name in registry.RULES.current() if rules is None else rules:
        findings += registry.check(name, full=full)
    for finding in findings:
        log.error("money does not add up", **finding.as_dict())
    with db.transaction():
        done = update(LedgerAuditRow).where(LedgerAuditRow.id == run_id)
        db.execute(done.values(finished_at=now(), findings=[finding.as_dict() for finding in findings]))
    return findings


def purge(before: datetime) -> int:
    """Delete runs requested before this time, in the running transaction; return how many."""
    return db.execute(delete(LedgerAuditRow).where(LedgerAuditRow.requested_at < before)).rowcount
