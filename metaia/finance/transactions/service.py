"""A user's transactions. Staff that may read the books name the user."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from metaia.core.access.actor import Actor
from metaia.core.errors import Forbidden, Invalid
from metaia.core.http.fields import camel
from metaia.core.http.pagination import Page
from metaia.core.json import Json
from metaia.core.money import to_minor
from metaia.core.times import now, rfc3339
from metaia.finance import days
from metaia.finance.policy import FINANCE_READ
from metaia.finance.transactions import lines, presenters, queries
from metaia.payments.trail import queries as trail_queries

LONGEST = timedelta(days=400)  # of one analysis
USUAL = timedelta(days=30)


def owner(actor: Actor, query: Json) -> str:
    """Return the owner of the account that the query names, and remove it from the query. Raises Forbidden."""
    user_id: str = query.pop("user_id", actor.id)
    if user_id != actor.id and not actor.may(FINANCE_READ):
        raise Forbidden("You see only your own account.")
    return user_id


def period(query: Json) -> tuple[datetime, datetime]:
    """Return the period of a query, and remove it from the query. Raises Invalid if it is too long or empty."""
    until: datetime = query.pop("to", None) or now()
    since: datetime = query.pop("from_", None) or until - USUAL
    if not since < until <= since + LONGEST:
        raise Invalid(details={"to": [f"Must be after from, and at most {LONGEST.days} days."]})
    return since, until


def page(actor: Actor, *, filters: Json, **part: Any) -> Page:
    """Return one page of a user's lines as JSON, and the next page's cursor. Raises Forbidden and Invalid."""
    user_id = owner(actor, filters)
    conditions = _conditions(filters)
    if conditions is None:
        return [], None
    held = lines.holdings(user_id, filters.get("currency"))
    rows, following = queries.page(held, filters=conditions, **part)
    return presenters.transactions(rows), following


def analytics(actor: Actor, query: Json) -> Json:
    """Return the sums of a user's lines by period or type. Raises Forbidden and Invalid."""
    held = lines.holdings(owner(actor, query), query.get("currency"))
    since, until = period(query)
    filters = {"since": since, "until": until} | {k: query[k] for k in ("currency",) if k in query}
    zone = str(days.zone())
    groups = (
        presenters.by_type(queries.by_type(held, filters))
        if query["group_by"] == "type"
        else presenters.by_period(queries.by_period(held, filters, query["group_by"], zone))
    )
    return {"time_zone": zone, "from": rfc3339(since), "to": rfc3339(until), "groups": groups}


def _conditions(query: Json) -> Json | None:
    """Return the filters of lines that a query means; None if it can find nothing."""
    renamed = {"from_": "since", "to": "until", "currency": "currency"}
    found: Json = {name: query[given] for given, name in renamed.items() if given in query}
    found |= queries.of_type(query["type"]) if "type" in query else {}
    found |= _sizes(query)
    subjects = [f"{presenters.ORDER}{query[name]}" for name in ("order_id",) if name in query]
    subjects += [
        trail_queries.subject_of_payment(query[name]) or "" for name in ("payment_id",) if name in query
    ]
    if "" in subjects or len(set(subjects)) > 1:
        return None
    if subjects:
        found["subject"] = subjects[0]
    if "q" in query:
        found["matching"] = query["q"]
    return found


def _sizes(query: Json) -> Json:
    """Return the filters by amount, in minor units. Raises Invalid without a currency."""
    found: Json = {}
    for given, name in (("min_amount", "least"), ("max_amount", "most")):
        if given in query:
            if "currency" not in query:
                raise Invalid(details={"currency": ["Must be given with an amount."]})
            try:
                found[name] = to_minor(query[given], query["currency"])
            except ValueError as error:
                raise Invalid(details={camel(given): [str(error)]}) from None
    return found
