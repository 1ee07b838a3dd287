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
    """Return the newest earlier texts of a message, in the order of its versions."""
    row = MessageEditRow
    query = select(row.version, row.text, row.at).where(row.message_id == message_id)
    newest = db.fetch_all(query.order_by(row.version.desc()).limit(MOST))
    return [Edit(*each) for each in reversed(newest)]
