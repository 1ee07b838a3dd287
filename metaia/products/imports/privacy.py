"""Imports in the export of a partner's data, and their deletion with the account."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import delete

from metaia.auth.account import export
from metaia.core import db
from metaia.core.access.actor import Actor
from metaia.core.json import Json
from metaia.products.imports import presenters, queries
from metaia.products.imports.models import ImportRow


def erase(user_id: str) -> None:
    """Delete the imports of a deleted partner with their files; one that is running changes nothing then."""
    db.execute(delete(ImportRow).where(ImportRow.partner_id == user_id))


def pages(actor: Actor) -> Iterator[list[Json]]:
    """Yield the imports of a partner's catalogue."""

    def fetch(cursor: str | None) -> export.Page:
        return queries.page(actor.id, limit=export.PAGE_SIZE, cursor=cursor)

    for rows in export.all_pages(fetch):
        yield [presenters.shown(row) for row in rows]
