"""The select that the serving of a file needs."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import bindparam, select

from metaia.core import db
from metaia.core.db.driver import PreparedSelect
from metaia.media import renditions
from metaia.media.models import MediaRow
from metaia.media.renditions import Rendition

_by_key = PreparedSelect(
    select(MediaRow.status, MediaRow.kind, MediaRow.renditions).where(MediaRow.key == bindparam("prefix"))
)


@dataclass(frozen=True)
class Served:
    """The status and kind of a media object, and the rendition with one key; None after its deletion."""

    status: str
    kind: str
    rendition: Rendition | None


def by_key(key: str) -> Served | None:
    """Return what is stored at the key of a rendition."""
    row = db.fetch_tuple(_by_key, {"prefix": key.rpartition("/")[0]})
    if row is None:
        return None
    status, kind, stored = row
    found = (each for each in renditions.load(stored).values() if each.key == key)
    return Served(status, kind, next(found, None))
