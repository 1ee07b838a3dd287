"""Selects of earlier texts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from metaia.chat.editing.models import MessageEditRow
from metaia.core import db

MOST = 100


@dataclass(frozen=True, slots=True)
class Edit:
    """A text that a message had until `at`."""

    version: int
    text: str
    at: datetime


def edits(message_id: str) -> list[Edit]:
    """Return the earlier texts of a message, the first ones first."""
    row = MessageEditRow
    query = select(row.version, row.text, row.at).where(row.message_id == message_id)
    return [Edit(*each) for each in db.fetch_all(query.order_by(row.version).limit(MOST))]
