"""Selects on imports, and the record that they return."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import select

from metaia.core import db
from metaia.core.http import pagination
from metaia.core.http.pagination import Page
from metaia.core.json import Json
from metaia.products.imports.models import ImportRow


@dataclass(frozen=True, slots=True)
class Import:
    """An import without its file; models.ImportRow describes the columns."""

    id: str
    partner_id: str
    requested_by: str
    role: str
    mode: str
    dry_run: bool
    total: int
    done: int
    result: Json | None
    problem: Json | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    tries: int


NEWEST = "-createdAt"
SORTABLE: pagination.Sortable = {"created_at": ImportRow.created_at}
_select = select(*(getattr(ImportRow, each.name) for each in fields(Import)))


def get(import_id: str) -> Import | None:
    """Return an import."""
    row = db.fetch_one(_select.where(ImportRow.id == import_id))
    return None if row is None else Import(*row)


def content(import_id: str) -> bytes | None:
    """Return the compressed file of an import; None after its end."""
    found: bytes | None = db.fetch_value(select(ImportRow.content).where(ImportRow.id == import_id))
    return found


def unfinished(partner_id: str) -> str | None:
    """Return the id of the import of a partner that has not ended."""
    of_partner = (ImportRow.partner_id == partner_id, ImportRow.finished_at.is_(None))
    found: str | None = db.fetch_value(select(ImportRow.id).where(*of_partner))
    return found


def left_over(before: datetime) -> list[str]:
    """Return the ids of imports that were requested before a moment, and have not ended."""
    late = (ImportRow.created_at < before, ImportRow.finished_at.is_(None))
    return [row.id for row in db.fetch_all(select(ImportRow.id).where(*late))]


def page(partner_id: str, *, limit: int, cursor: str | None) -> Page:
    """Return one page of the imports of a partner, the newest first, and the next page's cursor."""
    query = _select.where(ImportRow.partner_id == partner_id)
    query = pagination.page(
        query, sort=NEWEST, sortable=SORTABLE, key=ImportRow.id, limit=limit, cursor=cursor
    )
    return pagination.cut([Import(*row) for row in db.fetch_all(query)], sort=NEWEST, limit=limit)
