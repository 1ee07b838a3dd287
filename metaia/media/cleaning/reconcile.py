"""Comparison of the store with the tables, part by part, so that neither is ever held in memory.

A part is all keys with the same first hexadecimal digits, or all keys of direct uploads. Keys of other forms belong to
other programs, as a bucket may be shared, and are left alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from pathlib import PurePosixPath

import structlog
from flask import current_app

from metaia.core import db
from metaia.core.ids import new_id
from metaia.core.times import now
from metaia.jobs import registry as job_registry
from metaia.media import queries as media_queries
from metaia.media import renditions
from metaia.media.cleaning import queries
from metaia.media.models import MediaTrashRow
from metaia.media.state import HIDDEN, READY
from metaia.providers.storage import keys, registry
from metaia.providers.storage.interface import INCOMING, Store, Stored

UNKNOWN_KEPT = timedelta(hours=48)  # longer than any upload or job takes
FILES_PER_PART = 20_000
MOST_DIGITS = 2
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Found:
    """What a comparison has found: objects listed, unknown ones put into the trash, and known ones missing."""

    listed: int = 0
    unknown: int = 0
    missing: int = 0

    def __add__(self, other: Found) -> Found:
        return Found(self.listed + other.listed, self.unknown + other.unknown, self.missing + other.missing)


def parts() -> list[str]:
    """Return the prefixes that divide all keys: the more files are stored, the smaller the parts."""
    digits = 1 if queries.files() <= FILES_PER_PART * 16 else MOST_DIGITS
    numbers = [f"{number:0{digits}x}" for number in range(16**digits)]
    return [INCOMING, *(f"{area}{number}" for area in (keys.PUBLIC, keys.PRIVATE) for number in numbers)]


def compare(prefix: str) -> Found:
    """Compare the objects of one part with the rows. Raises the errors of the store."""
    store: Store = registry.store(current_app)
    # Rows are read first: a file that is stored while the store is listed is unknown, but not for 48 hours.
    known = (
        {} if prefix == INCOMING else {key: media for media, key in queries.stored_keys(store.name, prefix)}
    )
    listed = unknown = 0
    for page in _pages(store.listed(prefix)):
        listed += len(page)
        unknown += _discard(store, [stored for stored in page if known.pop(stored.key, None) is None])
    missing = sum(_is_missing(store, media_id, key) for key, media_id in known.items())
    return Found(listed, unknown, missing)


def _pages(objects: Iterable[Stored]) -> Iterator[Sequence[Stored]]:
    remaining = iter(objects)
    while page := list(islice(remaining, queries.BATCH)):
        yield page


def _discard(store: Store, objects: Sequence[Stored]) -> int:
    """Put old objects that no row knows into the trash; return how many."""
    old = [stored.key for stored in objects if stored.modified_at < now() - UNKNOWN_KEPT]
    if not old:
        return 0
    kept = queries.trashed_keys(old) | queries.incoming_keys(old)
    unknown = [key for key in old if key not in kept]
    with db.transaction():
        for key in unknown:
            db.append(
                MediaTrashRow, id=new_id(), media_id=None, store=store.name, key=key, public=True, due_at=now(),
                tries=0,
            )  # fmt: skip
        job_registry.wake_on_commit()
    if unknown:
        log.warning("objects that no row knows go to the trash", store=store.name, count=len(unknown))
    return len(unknown)


def _is_missing(store: Store, media_id: str, key: str) -> bool:
    """Return whether a file is missing in the store, and still should be there."""
    media = media_queries.by_id(media_id)
    if media is None or media.status not in {READY, HIDDEN}:
        return False
    if key not in {rendition.key for rendition in renditions.load(media.renditions).values()}:
        return False
    if store.find(key) is not None:
        return False
    log.error("a stored file is missing", store=store.name, media=media_id, file=PurePosixPath(key).name)
    return True
