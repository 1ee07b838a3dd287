"""Selects on profiles in any state, for staff."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, cast, false
from sqlalchemy.dialects.postgresql import TSQUERY

from metaia.core import db
from metaia.core.http import pagination
from metaia.core.text import words
from metaia.shops.models import PartnerProfileRow
from metaia.shops.queries import SELECT, Shop

SORTABLE: pagination.Sortable = {"updated_at": PartnerProfileRow.updated_at}


def page(
    *, filters: dict[str, Any], sort: str, limit: int, cursor: str | None
) -> tuple[list[Shop], str | None]:
    """Return one page of profiles, and the next page's cursor."""
    query = _narrowed(filters)
    key = PartnerProfileRow.user_id
    query = pagination.page(query, sort=sort, sortable=SORTABLE, key=key, limit=limit, cursor=cursor)
    found = [Shop(*row) for row in db.fetch_all(query)]
    shops, following = pagination.cut(found, sort=sort, limit=limit, key="user_id")
    return list(shops), following


def _narrowed(filters: dict[str, Any]) -> Select[Any]:
    query = SELECT
    if "status" in filters:
        query = query.where(PartnerProfileRow.status == filters["status"])
    if "q" in filters:
        terms = words.terms(filters["q"])
        found = PartnerProfileRow.words.bool_op("@@")(cast(" & ".join(terms), TSQUERY)) if terms else false()
        query = query.where(found)
    return query
