"""Moving the files of a public picture that staff hides, or shows again.

A bucket or a CDN serves public keys and does not ask METAIA. So a hidden picture moves to private keys, by operations
that all stores have: read, store, delete. Shown again it gets its former keys: kept addresses, such as those of
profile pictures, work again. The local store's files stay where they are: `media/serving` asks the row.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from flask import current_app
from sqlalchemy import delete

from metaia.core import db, fault_injection
from metaia.core.db.expressions import among
from metaia.core.ids import new_id
from metaia.jobs import registry as job_registry
from metaia.media import queries, renditions
from metaia.media.kinds import PUBLIC
from metaia.media.models import MediaRow, MediaTrashRow
from metaia.media.processing import folders
from metaia.media.processing.outputs import UNFINISHED, trash
from metaia.media.queries import Media
from metaia.media.renditions import Rendition
from metaia.media.state import HIDDEN, READY
from metaia.providers.errors import Temporary
from metaia.providers.storage import keys, registry
from metaia.providers.storage.interface import Store
from metaia.providers.storage.local import Local

Moves = list[tuple[str, Rendition, Rendition]]  # variant, where its file is, where it should be


def is_misplaced(media: Media) -> bool:
    """Return whether the keys of a picture are public although it is hidden, or private although it is shown."""
    return bool(_moves(media))


def move(media_id: str) -> None:
    """Move the files of a picture if they are misplaced. Raises what should make the job try again later.

    The new keys are in the trash until the row names them, and the former ones from then on: a kill at any line leaves
    a complete picture, and no object behind.
    """
    media = queries.by_id(media_id)
    moves = [] if media is None else _moves(media)
    if media is None or not moves:
        return
    trash_ids = _announce(media, moves)
    store = registry.store(current_app, media.store)
    with folders.temporary(folders.root(current_app.config["METAIA_HOME"])) as folder:
        for variant, former, following in moves:
            _copy(store, former, following, folder / variant)
    fault_injection.point("media_copied")
    _finish(media, moves, trash_ids)


def _moves(media: Media) -> Moves:
    if media.store == Local.name or media.visibility != PUBLIC or media.status not in {READY, HIDDEN}:
        return []
    found = renditions.load(media.renditions).items()
    area = keys.PUBLIC if media.status == READY else keys.PRIVATE
    return [
        (variant, it, replace(it, key=keys.moved(it.key, area)))
        for variant, it in found
        if keys.is_public(it.key) != (area == keys.PUBLIC)
    ]


def _announce(media: Media, moves: Moves) -> list[str]:
    """Commit the new keys to the trash, due later than any job ends; return their ids.

    Former rows of these keys are taken out: the picture was moved from there, and the purge has not deleted them yet.
    """
    with db.transaction():
        _locked(media)
        targets = [following.key for _, _, following in moves]
        former = (MediaTrashRow.media_id == media.id, among(MediaTrashRow.key, targets))
        db.execute(delete(MediaTrashRow).where(*former))
        trash_ids = [new_id() for _ in targets]
        for trash_id, key in zip(trash_ids, targets, strict=True):
            trash(media, key, trash_id=trash_id, after=UNFINISHED)
        return trash_ids


def _copy(store: Store, former: Rendition, following: Rendition, file: Path) -> None:
    """Copy one file; one that the store has lost is left out, so that the others move. The comparison reports it."""
    if store.fetch(former.key, file, limit=former.size):
        if file.stat().st_size != former.size:
            raise Temporary("the store has sent another number of bytes")
        store.put(following.key, file, former.content_type)


def _finish(media: Media, moves: Moves, trash_ids: list[str]) -> None:
    """Let the row name the new keys, and the trash the former ones."""
    with db.transaction():
        _locked(media)
        unneeded = delete(MediaTrashRow).where(among(MediaTrashRow.id, trash_ids))
        if db.execute(unneeded).rowcount != len(trash_ids):
            raise Temporary("another job moves the files, or this one was too slow")
        for _, former, _ in moves:
            trash(media, former.key)
        job_registry.wake_on_commit()
        moved = {variant: following for variant, _, following in moves}
        stored = renditions.as_json(renditions.load(media.renditions) | moved)
        db.change(MediaRow, id=media.id, key=keys.prefix(moves[0][2].key), renditions=stored)


def _locked(media: Media) -> None:
    """Row-lock the picture. Raises Temporary if it has changed since it was read: the next try reads it again."""
    now = queries.to_change(media.id)
    if now is None or (now.status, now.renditions) != (media.status, media.renditions):
        raise Temporary("the picture was changed at the same time")
