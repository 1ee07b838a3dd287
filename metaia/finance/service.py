"""What staff do with the books. Each change is in the audit log, with the reason that was given."""

from __future__ import annotations

from datetime import timedelta

from metaia.core import db
from metaia.core.access.actor import Actor
from metaia.core.audit import log as audit_log
from metaia.core.db import AnyRow
from metaia.core.errors import NotFound
from metaia.core.times import now
from metaia.ledger import queries as ledger_queries
from metaia.ledger import service as ledger_service
from metaia.ledger.audit import queries as audit_queries
from metaia.ledger.audit import service as audit_service
from metaia.ledger.queries import Booked

LONGEST_RUN = timedelta(minutes=30)  # a run that was requested earlier is lost


def posting(posting_id: str) -> Booked:
    """Return a posting. Raises NotFound."""
    found = ledger_queries.by_id(posting_id)
    if found is None:
        raise NotFound("There is no such posting.")
    return found


def reverse(posting_id: str, reason: str) -> Booked:
    """Book the opposite of a posting, once, and return it. Raises NotFound, Conflict, InsufficientBalance."""
    with db.transaction():
        reversal = ledger_service.reverse(posting_id)
        after = {"reason": reason, "reversal": reversal}
        audit_log.record("posting.reversed", subject=f"posting-{posting_id}", after=after)
        return posting(reversal)


def running_audit() -> AnyRow | None:
    """Return the run of the auditor that was requested and has not finished."""
    return audit_queries.pending(now() - LONGEST_RUN)


def request_audit(actor: Actor, *, full: bool) -> str:
    """Let a worker run the auditor, unless such a run is waiting already; return the id of the run."""
    waiting = running_audit()
    if waiting is not None and (waiting.full or not full):
        return str(waiting.id)
    with db.transaction():
        return audit_service.request(full=full, cause=f"user-{actor.id}")
