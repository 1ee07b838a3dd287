"""Selects on media, and the record that they return."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Text, bindparam, exists, func, select
from sqlalchemy.dialects.postgresql import ARRAY

from metaia.core import db
from metaia.core.db.driver import PreparedSelect
from metaia.core.db.expressions import among
from metaia.core.http import pagination
from metaia.media.models import MediaRow, MediaTrashRow, MediaUseRow
from metaia.media.state import DELETED
from metaia.users.deleted import queries as deleted_users


@dataclass(frozen=True, slots=True)
class Media:
    """One file, with the columns of its row (models.py) and the subjects that it is attached to."""

    id: str
    owner_id: str
    kind: str
    folder: str
    visibility: str
    status: str
    filename: str
    content_type: str
    store: str
    charged: int
    tries: int
    version: int
    created_at: datetime
    updated_at: datetime
    reason: str | None = None
    alt: str | None = None
    key: str | None = None
    incoming_key: str | None = None
    size: int | None = None
    sha256: bytes | None = None
    width: int | None = None
    height: int | None = None
    duration: float | None = None
    placeholder: str | None = None
    renditions: dict[str, Any] | None = None
    due_at: datetime | None = None
    purged_at: datetime | None = None
    attached_to: tuple[str, ...] = ()


COLUMNS = tuple(field.name for field in fields(Media) if field.name != "attached_to")
SORTABLE: pagination.Sortable = {"created_at": MediaRow.created_at}
_uses = select(MediaUseRow.subject).where(MediaUseRow.media_id == MediaRow.id).correlate(MediaRow)
_subjects = func.array(
    _uses.order_by(MediaUseRow.created_at, MediaUseRow.subject).scalar_subquery(), type_=ARRAY(Text)
)
_columns = [*(getattr(MediaRow, name) for name in COLUMNS), _subjects.label("attached_to")]
_one = PreparedSelect(select(*_columns).where(MediaRow.id == bindparam("media_id")))
_lock = PreparedSelect(select(MediaRow.id).where(MediaRow.id == bindparam("media_id")).with_for_update())


def by_id(media_id: str) -> Media | None:
    """Return a media object in any status."""
    row = db.fetch_tuple(_one, {"media_id": media_id})
    return None if row is None else _media(row)


def to_change(media_id: str) -> Media | None:
    """Return a media object, row-locked.

    It is read by a second statement. A statement that had to wait for the lock would return the new row with the old
    uses, and a file that was attached in the meantime would be deleted.
    """
    return by_id(media_id) if db.fetch_tuple(_lock, {"media_id": media_id}) else None


def many_to_change(media_ids: Iterable[str]) -> dict[str, Media]:
    """Return media objects by id, row-locked in the order of their ids, without those that do not exist."""
    chosen = among(MediaRow.id, set(media_ids))
    db.fetch_all(select(MediaRow.id).where(chosen).order_by(MediaRow.id).with_for_update())
    return {row.id: _media(row) for row in db.fetch_all(select(*_columns).where(chosen))}


def by_ids(media_ids: Iterable[str]) -> dict[str, Media]:
    """Return media objects by id, without those that do not exist."""
    rows = db.fetch_all(select(*_columns).where(among(MediaRow.id, media_ids)))
    return {row.id: _media(row) for row in rows}


def is_of_kind(media_id: Any, kind: str) -> ColumnElement[bool]:
    """Return the condition that the file with the id in the column `media_id` is of a kind."""
    return exists().where(MediaRow.id == media_id, MediaRow.kind == kind)


def page(
    *, filters: dict[str, Any], sort: str, limit: int, cursor: str | None
) -> tuple[list[Media], str | None]:
    """Return one page of media, and the next page's cursor. Without `status`, deleted ones are left out."""
    query = select(*_columns).where(*_conditions({"status": None, **filters}))
    query = pagination.page(query, sort=sort, sortable=SORTABLE, key=MediaRow.id, limit=limit, cursor=cursor)
    cut, following = pagination.cut([_media(row) for row in db.fetch_all(query)], sort=sort, limit=limit)
    return list(cut), following


def of_owner(owner_id: str, *, limit: int) -> list[str]:
    """Return ids of media of a user that are not deleted."""
    query = select(MediaRow.id).where(MediaRow.owner_id == owner_id, MediaRow.status != DELETED)
    return [row.id for row in db.fetch_all(query.order_by(MediaRow.id).limit(limit))]


def of_deleted_users(limit: int) -> list[str]:
    """Return ids of media that are not deleted although their owners' accounts are."""
    stored = select(MediaRow.id).where(MediaRow.status != DELETED)
    query = deleted_users.of_each(lambda user: stored.where(MediaRow.owner_id == user))
    return [row.id for row in db.fetch_all(query.limit(limit))]


def has_trash(media_id: str) -> bool:
    """Return whether keys of a media object wait for their deletion from a store."""
    return bool(db.fetch_value(select(exists().where(MediaTrashRow.media_id == media_id))))


def _media(row: Any) -> Media:
    *values, subjects = row
    named = dict(zip(COLUMNS, values, strict=True))
    return Media(**named, attached_to=tuple(subjects))


def _conditions(filters: dict[str, Any]) -> list[ColumnElement[bool]]:
    conditions: dict[str, Any] = {
        "owner_id": lambda value: MediaRow.owner_id == value,
        "kind": lambda value: MediaRow.kind == value,
        "folder": lambda value: MediaRow.folder == value,
        "status": lambda value: MediaRow.status != DELETED if value is None else MediaRow.status.in_(value),
        "attached": lambda value: _uses.exists() if value else ~_uses.exists(),
        "q": lambda value: func.strpos(func.lower(MediaRow.filename), value.lower()) > 0,
    }
    return [conditions[name](value) for name, value in filters.items()]
