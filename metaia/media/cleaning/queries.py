"""Selects of cleaning: due media, the trash, and the keys that rows know."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select

from metaia.core import db
from metaia.core.db import AnyRow
from metaia.core.db.expressions import among
from metaia.media import renditions
from metaia.media.models import MediaRow, MediaTrashRow, MediaUsageRow
from metaia.media.state import HIDDEN, READY

BATCH = 500
FIRST = "00000000-0000-0000-0000-000000000000"  # before all ids


def due(moment: datetime, limit: int) -> list[str]:
    """Return ids of media of which the sweep is due, the oldest first."""
    query = select(MediaRow.id).where(MediaRow.due_at <= moment).order_by(MediaRow.due_at).limit(limit)
    return [row.id for row in db.fetch_all(query)]


def trashed(trash_id: str) -> AnyRow | None:
    """Return a row of the trash."""
    return db.fetch_one(select(MediaTrashRow.__table__).where(MediaTrashRow.id == trash_id))


def stored_keys(store: str, prefix: str) -> Iterator[tuple[str, str]]:
    """Yield (media id, key) of all renditions in `store` under keys that begin with `prefix`, in batches of rows."""
    after = ""
    while rows := db.fetch_all(_served(store, prefix, after)):
        for row in rows:
            for rendition in renditions.load(row.renditions).values():
                yield row.id, rendition.key
        after = rows[-1].key


def incoming_keys(keys: Collection[str]) -> set[str]:
    """Return those of `keys` that clients may still be sending, or that are not processed yet."""
    query = select(MediaRow.incoming_key).where(among(MediaRow.incoming_key, keys))
    return {row.incoming_key for row in db.fetch_all(query)}


def trashed_keys(keys: Collection[str]) -> set[str]:
    """Return those of `keys` that are in the trash."""
    query = select(MediaTrashRow.key).where(among(MediaTrashRow.key, keys))
    return {row.key for row in db.fetch_all(query)}


def files() -> int:
    """Return how many files all users store together."""
    return int(db.fetch_value(select(func.coalesce(func.sum(MediaUsageRow.files), 0))))


def counts() -> dict[str, int]:
    """Return the number of media by status. Ready files that are attached are not due, and not counted."""
    query = select(MediaRow.status, func.count()).where(MediaRow.due_at.is_not(None))
    return {row[0]: row[1] for row in db.fetch_all(query.group_by(MediaRow.status))}


def totals() -> tuple[int, int]:
    """Return the bytes and the files of all users together."""
    sums = (func.coalesce(func.sum(column), 0) for column in (MediaUsageRow.bytes, MediaUsageRow.files))
    row = db.fetch_one(select(*sums))
    return (0, 0) if row is None else (int(row[0]), int(row[1]))


def quarantined(limit: int) -> list[str]:
    """Return ids of rows of the trash that are not retried any more."""
    query = select(MediaTrashRow.id).where(MediaTrashRow.due_at.is_(None), MediaTrashRow.deleted_at.is_(None))
    return [row.id for row in db.fetch_all(query.limit(limit))]


def _served(store: str, prefix: str, after: str) -> Select[*tuple[Any, ...]]:
    """Return the select of the next batch, in the order of keys, which have an index."""
    chosen = (
        MediaRow.key >= prefix,
        MediaRow.key < _following(prefix),
        MediaRow.key > after,
        MediaRow.store == store,
        MediaRow.status.in_((READY, HIDDEN)),
    )
    return (
        select(MediaRow.id, MediaRow.key, MediaRow.renditions)
        .where(*chosen)
        .order_by(MediaRow.key)
        .limit(BATCH)
    )


def _following(prefix: str) -> str:
    """Return a text after all keys that begin with `prefix`; after the last slash they are hexadecimal."""
    area, _, digits = prefix.rpartition("/")
    following = "g" if not digits.strip("f") else f"{int(digits, 16) + 1:0{len(digits)}x}"
    return f"{area}/{following}"
