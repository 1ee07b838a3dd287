"""Searches for words in all rows of a table, where the planner cannot estimate how many match."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, cast, false, text
from sqlalchemy.dialects.postgresql import TSQUERY

from metaia.core.db.expressions import among
from metaia.core.db.read import fetch_all

MOST = 1_000  # rows that are looked up by their ids
_FIND = text(
    "SELECT words_found(CAST(:searched AS regclass), CAST(:wanted AS tsquery), CAST(:most AS integer)) AS id"
)


def matching(row: Any, wanted: str, *, in_all: bool) -> ColumnElement[bool]:
    """Return the condition that the column `words` of a model's rows matches a `tsquery`; none matches an empty one.

    `in_all`: no other condition limits the search to the rows of a user. For the beginning of a word the planner
    expects 2 % of all rows. So it reads them in the order of the list until a page is full: for a rare word that is the
    whole table. Therefore the index of words finds the ids of rare ones first. A frequent word fills a page soon.
    """
    if not wanted:
        return false()
    matches: ColumnElement[bool] = row.words.bool_op("@@")(cast(wanted, TSQUERY))
    if not in_all:
        return matches
    values = {"searched": row.__tablename__, "wanted": wanted, "most": MOST + 1}
    found = [each.id for each in fetch_all(_FIND, values)]
    return among(row.id, found) if len(found) <= MOST else matches
