"""Selects on uses."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from metaia.core import db
from metaia.core.db.expressions import among
from metaia.media.models import MediaUseRow


def media_ids(subject: str, role: str | None = None) -> list[str]:
    """Return the ids of media attached to a subject, with `role` only those of that role, in their order there."""
    query = select(MediaUseRow.media_id).where(MediaUseRow.subject == subject)
    if role is not None:
        query = query.where(MediaUseRow.role == role)
    return [row.media_id for row in db.fetch_all(query.order_by(MediaUseRow.position, MediaUseRow.media_id))]


def by_subject(subjects: Collection[str]) -> dict[str, list[str]]:
    """Return the ids of attached media by subject, in their order there."""
    query = select(MediaUseRow.subject, MediaUseRow.media_id).where(among(MediaUseRow.subject, subjects))
    found: dict[str, list[str]] = {}
    for row in db.fetch_all(query.order_by(MediaUseRow.position, MediaUseRow.media_id)):
        found.setdefault(row.subject, []).append(row.media_id)
    return found
