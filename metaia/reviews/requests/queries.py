"""Statements on requests."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import text

from metaia.core import db
from metaia.core.db import AnyRow

# SKIP LOCKED: a job that runs at the same time takes other rows.
TAKE = text(
    """
    DELETE FROM review_requests WHERE id IN (
        SELECT id FROM review_requests WHERE due_at <= :now ORDER BY due_at LIMIT :batch FOR UPDATE SKIP LOCKED
    ) RETURNING id::text AS id, kind
    """
)


def take(moment: datetime, batch: int) -> list[AnyRow]:
    """Delete up to `batch` requests that are due; return them."""
    return list(db.execute(TAKE, {"now": moment, "batch": batch}).all())
