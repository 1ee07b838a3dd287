"""The files of one try in the store: in the trash before they are stored, out of it with the commit of the result."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from metaia.core import db
from metaia.core.ids import new_id
from metaia.core.times import now
from metaia.media import renditions
from metaia.media.kinds import IMAGE, PUBLIC
from metaia.media.models import MediaTrashRow
from metaia.media.processing.child import Outcome
from metaia.media.processing.source import Source
from metaia.media.queries import Media
from metaia.media.renditions import ORIGINAL, Rendition
from metaia.providers.storage import keys
from metaia.providers.storage.interface import Store

UNFINISHED = timedelta(hours=1)  # after which keys of a killed try are deleted; longer than any job


@dataclass(frozen=True)
class Outputs:
    """Renditions of one try by variant, their files and common prefix, and the rows of the trash for their keys."""

    prefix: str
    renditions: dict[str, Rendition]
    files: dict[str, Path]
    trash_ids: list[str]

    @property
    def size(self) -> int:
        """The bytes of all files together."""
        return sum(rendition.size for rendition in self.renditions.values())


def plan(media: Media, source: Source, outcome: Outcome) -> Outputs:
    """Return what is to be stored: the clean files of a picture, the bytes of anything else as they came."""
    prefix = keys.new_prefix(public=media.visibility == PUBLIC)
    files = (
        {made.variant: made.path for made in outcome.files}
        if media.kind == IMAGE
        else {ORIGINAL: source.path}
    )
    found = {}
    for made in outcome.files if media.kind == IMAGE else ():
        key = renditions.key(prefix, made.variant, made.content_type)
        size = made.path.stat().st_size
        found[made.variant] = Rendition(key, made.content_type, size, made.width, made.height)
    if media.kind != IMAGE:
        key = renditions.key(prefix, ORIGINAL, media.content_type)
        found[ORIGINAL] = Rendition(key, media.content_type, source.size)
    return Outputs(prefix, found, files, [new_id() for _ in found])


def announce(media: Media, outputs: Outputs) -> None:
    """Commit the keys to the trash: from now on a killed job leaves nothing behind in the store."""
    with db.transaction():
        for trash_id, rendition in zip(outputs.trash_ids, outputs.renditions.values(), strict=True):
            trash(media, rendition.key, trash_id=trash_id, after=UNFINISHED)


def put(outputs: Outputs, store: Store) -> None:
    """Store all files. Raises Temporary, Permanent, Technical."""
    for variant, rendition in outputs.renditions.items():
        store.put(rendition.key, outputs.files[variant], rendition.content_type)


def trash(media: Media, key: str, *, trash_id: str | None = None, after: timedelta = timedelta()) -> None:
    """Add a key to the trash in the running transaction, due `after` some time."""
    db.append(
        MediaTrashRow,
        id=trash_id or new_id(),
        media_id=media.id,
        store=media.store,
        key=key,
        public=media.visibility == PUBLIC,
        due_at=now() + after,
        tries=0,
    )
