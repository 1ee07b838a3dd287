"""Selects of direct uploads."""

from __future__ import annotations

from sqlalchemy import select

from metaia.core import db
from metaia.media.models import MediaRow


def status(incoming_key: str) -> str | None:
    """Return the status of the media object that expects bytes at a key, or None."""
    found: str | None = db.fetch_value(select(MediaRow.status).where(MediaRow.incoming_key == incoming_key))
    return found
