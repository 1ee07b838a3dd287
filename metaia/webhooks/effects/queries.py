"""Selects on what the processing of a call has booked."""

from __future__ import annotations

from sqlalchemy import text

from metaia.core import db
from metaia.ledger import queries as ledger_queries
from metaia.ledger.queries import Booked

_OF_CALL = text("SELECT id FROM ledger_postings WHERE booked_at >= now() AND starts_with(cause, :cause)")


def booked(webhook_id: str) -> list[Booked]:
    """Return the postings that the running transaction has booked for a call, in the order of their keys."""
    rows = db.fetch_all(_OF_CALL, {"cause": f"webhook:{webhook_id}"})
    return sorted(ledger_queries.booked([row.id for row in rows]), key=lambda posting: posting.key)
