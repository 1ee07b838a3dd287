"""Summaries of a period. Never a sum over currencies: each has its own."""

from __future__ import annotations

from collections import Counter

from metaia.core.access.actor import Actor
from metaia.core.access.permissions import CUSTOMER
from metaia.core.json import Json
from metaia.core.times import rfc3339
from metaia.finance.policy import FINANCE_READ
from metaia.finance.summaries import presenters, queries
from metaia.finance.transactions import lines
from metaia.finance.transactions import service as transaction_service
from metaia.users import queries as user_queries


def read(actor: Actor, query: Json) -> Json:
    """Return the summaries of a user, or of the house for staff that names no user, by currency.

    An unknown user has none. Raises Forbidden and Invalid.
    """
    since, until = transaction_service.period(query)
    period = {"from": rfc3339(since), "to": rfc3339(until)}
    if actor.may(FINANCE_READ) and "user_id" not in query:
        house = queries.of_house(query.get("currency"), since, until)
        return period | {"summaries": [presenters.house(each, house[each]) for each in sorted(house)]}
    user_id = transaction_service.owner(actor, query)
    held = lines.holdings(user_id, query.get("currency"))
    sums = queries.of_user(held, since, until)
    wanted = [each for each in sorted(sums) if each == query.get("currency", each)]
    if _role(actor, user_id) == CUSTOMER:
        return period | {"summaries": [presenters.customer(each, sums[each]) for each in wanted]}
    commissions = queries.commissions(held, since, until)
    shown = [presenters.partner(each, sums[each], commissions.get(each, Counter())) for each in wanted]
    return period | {"summaries": shown}


def _role(actor: Actor, user_id: str) -> str:
    if user_id == actor.id:
        return actor.role
    found = user_queries.by_id(user_id)
    return "" if found is None else found.role
