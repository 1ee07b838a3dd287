"""Selects of processing."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select

from metaia.core import db
from metaia.media.models import MediaPartRow


def parts(media_id: str) -> Iterator[bytes]:
    """Yield the parts of a file in order, each by a statement of its own, so that one part is in memory."""
    number = 0
    while True:
        chosen = (MediaPartRow.media_id == media_id, MediaPartRow.no == number)
        body = db.fetch_value(select(MediaPartRow.body).where(*chosen))
        if body is None:
            return
        yield bytes(body)
        number += 1
