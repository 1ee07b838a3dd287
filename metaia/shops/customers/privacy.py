"""Personal data that customers keep: erasure when an account is deleted."""

from __future__ import annotations

from sqlalchemy import delete

from metaia.core import db
from metaia.shops.customers.queries import TABLES


def erase(user_id: str) -> None:
    """Delete all that a user keeps, in the running transaction."""
    for table in TABLES.values():
        db.execute(delete(table).where(table.user_id == user_id))
