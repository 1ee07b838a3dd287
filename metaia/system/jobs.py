"""Periodic jobs of the whole service."""

from __future__ import annotations

from datetime import timedelta

from flask import current_app

from metaia.core import db
from metaia.core.audit import chain as audit_chain
from metaia.core.http import idempotency
from metaia.core.times import now
from metaia.jobs.registry import job
from metaia.realtime.log import store as log_store

IDEMPOTENCY_KEYS_KEPT = timedelta(days=7)


@job(every=3600)
def tidy() -> dict[str, int]:
    """Purge old days of the event log and old idempotency keys; return the numbers of both."""
    with db.transaction():
        days = log_store.prune(current_app.config["LOG_DAYS"])
    with db.transaction():
        keys = idempotency.purge_before(now() - IDEMPOTENCY_KEYS_KEPT)
    return {"days": len(days), "keys": keys}


@job(every=5)
def seal_audit_log() -> int:
    """Seal the new entries of the audit log; return how many."""
    sealed = 0
    while more := audit_chain.seal():
        sealed += more
    return sealed
