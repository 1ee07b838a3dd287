"""Selects of the media that a vendor's notice names by a key."""

from __future__ import annotations

from sqlalchemy import Executable, select

from metaia.core import db
from metaia.media import queries
from metaia.media.models import MediaRow
from metaia.media.queries import Media


def of_rendition(store: str, key: str) -> Media | None:
    """Return the media object with the rendition at `key`, row-locked."""
    return _to_change(
        select(MediaRow.id).where(MediaRow.key == key.rpartition("/")[0], MediaRow.store == store)
    )


def of_incoming(store: str, key: str) -> Media | None:
    """Return the media object that a client uploads to `key` itself, row-locked."""
    return _to_change(select(MediaRow.id).where(MediaRow.incoming_key == key, MediaRow.store == store))


def _to_change(query: Executable) -> Media | None:
    media_id = db.fetch_value(query)
    return None if media_id is None else queries.to_change(media_id)
