"""Drill-down: the objects that a figure counts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from metaia.analytics import definitions
from metaia.analytics.answers import ALL_PARTNERS, Ask
from metaia.analytics.definitions import MONEY
from metaia.analytics.drilling import queries
from metaia.analytics.drilling.queries import ORDER, USER
from metaia.analytics.sets import service as sets
from metaia.core.access.actor import Actor
from metaia.core.db import AnyRow
from metaia.core.errors import Forbidden, Invalid
from metaia.core.http.pagination import Page
from metaia.core.json import Json
from metaia.core.money import to_major
from metaia.core.times import rfc3339


def read(actor: Actor, name: str, query: Json, *, partner_id: str = ALL_PARTNERS) -> tuple[list[Json], Json]:
    """Return a page of the objects behind a value, and the answer's `meta` with their number.

    Raises NotFound, Forbidden and Invalid.
    """
    value = definitions.OF_KEY.get((name, query["value"]))
    ask = sets.asked(actor, name, query, partner_id)
    if value is None or value.drill is None:
        raise Invalid(details={"value": ["There is no list of this value."]})
    if (value.unit == MONEY and not ask.money) or (
        partner_id != ALL_PARTNERS and value.key in definitions.HOUSE_ONLY
    ):
        raise Forbidden("These figures are for admins.")
    ask = _narrowed(ask, query.get("bucket"))
    source = queries.SOURCES[value.drill]
    rows, following = _page(source, ask, f"{name}.{value.key}", query)
    found = queries.counts(source, ask)
    shown = [_item(source.type, row, ask, staff=partner_id == ALL_PARTNERS) for row in rows]
    sums = (
        {row.currency: to_major(row.amount, row.currency) for row in found if row.currency}
        if ask.money
        else {}
    )
    meta: dict[str, Any] = {"next_cursor": following, "count": sum(row.number for row in found), "sums": sums}
    return shown, meta | sets.meta(ask.zone, ask.currency)


def _narrowed(ask: Ask, bucket: str | None) -> Ask:
    """Return the ask for one of its buckets. Raises Invalid if none has this name."""
    if bucket is None:
        return ask
    chosen = [each for each in ask.buckets if each.name == bucket]
    if not chosen:
        raise Invalid(details={"bucket": ["No bucket of this period is called so."]})
    return replace(ask, buckets=chosen)


def _page(source: queries.Source, ask: Ask, made_for: str, query: Json) -> Page:
    return queries.page(source, ask, made_for=made_for, limit=query["limit"], cursor=query["cursor"])


def _item(type_: str, row: AnyRow, ask: Ask, *, staff: bool) -> Json:
    item_id = str(row.id)
    hrefs = {ORDER: f"/api/orders/{item_id}", USER: f"/api/admin/users/{item_id}"}
    amount = to_major(row.amount, row.currency) if ask.money and row.currency else None
    return {
        "type": type_,
        "id": item_id,
        "at": rfc3339(row.at),
        "title": row.title,
        "amount": amount,
        "currency": row.currency,
        "href": hrefs.get(type_) if staff or type_ == ORDER else None,
    }
