"""Selects of a rebuild: pages of the objects, and about how many there are."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text

from metaia.analytics.following.facts import TABLES
from metaia.core import db

FIRST = "00000000-0000-0000-0000-000000000000"  # before all ids
_PAGES = {
    kind: text(f"SELECT id FROM {table} WHERE id > CAST(:after AS uuid) ORDER BY id LIMIT :limit")  # noqa: S608 - constants
    for kind, table in TABLES.items()
}
_ABOUT = text(
    "SELECT coalesce(sum(greatest(reltuples, 0)), 0)::bigint FROM pg_class WHERE relname = ANY (:names)"
)
_FIRST_ACTION = text("SELECT min(at) FROM fact_actions_next")


def page(kind: str, after: str, limit: int) -> list[str]:
    """Return the ids of the next objects of a kind, in their order."""
    return [str(row.id) for row in db.fetch_all(_PAGES[kind], {"after": after, "limit": limit})]


def about() -> int:
    """Return about how many objects there are, by PostgreSQL's estimates."""
    return int(db.fetch_value(_ABOUT, {"names": list(TABLES.values())}))


def first_action() -> Any:
    """Return the time of the first action in the facts of a rebuild, None without one."""
    return db.fetch_value(_FIRST_ACTION)
