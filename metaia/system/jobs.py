"""Housekeeping by the clock."""

from __future__ import annotations

from datetime import timedelta

from flask import current_app

from metaia.core import db
from metaia.core.audit import chain as audit_chain
from metaia.core.http import idempotency
from metaia.core.times import now
from metaia.jobs.registry import job
from metaia.realtime.log import store as log_store

KEYS_KEPT = timedelta(days=7)


@job(every=3600)
def tidy() -> dict[str, int]:
    """Drop what nobody may ask for any more: old days of the event log, old idempotency keys."""
    with db.transaction():
        days = log_store.prune(current_app.config["LOG_DAYS"])
    with db.transaction():
        keys = idempotency.purge_before(now() - KEYS_KEPT)
    return {"days": len(days), "keys": keys}


@job(every=5)
def seal_audit_log() -> int:
    """Chain what the audit log has gained; return how many entries."""
    sealed = 0
    while more := audit_chain.seal():
        sealed += more
    return sealed
