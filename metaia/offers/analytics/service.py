"""Figures about offers: counts, conversion, times to answer, rounds and values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import groupby

from metaia.core.access.actor import Actor
from metaia.core.db import AnyRow
from metaia.core.errors import Forbidden
from metaia.core.json import Json
from metaia.core.money import to_major
from metaia.offers import policy
from metaia.offers.analytics import queries
from metaia.offers.policy import OFFERS_READ
from metaia.offers.state import DECIDED

ACCEPTED = "accepted"


def figures(actor: Actor, query: Json) -> Json:
    """Return the figures of a user's own offers; staff name a user, or get those of all. Raises Forbidden."""
    user_id = _user(actor, query["partner_id"])
    wanted = queries.conditions(query["from_"], query["to"], user_id, query["currency"])
    rows = queries.counts(wanted, query["group_by"])
    answer, price = queries.medians(wanted)
    periods = groupby(rows, key=lambda row: row.period)
    return {
        "total": _summed(rows)
        | {
            "medianAnswerMinutes": answer,
            "roundsToDeal": _rounds(rows),
            "medianFinalToFirst": price,
            "rejectReasons": _reasons(rows),
        },
        "periods": [{"period": period.isoformat(), **_summed(list(found))} for period, found in periods],
    }


def _user(actor: Actor, wanted: str | None) -> str | None:
    if actor.may(OFFERS_READ):
        return wanted
    if not policy.may_create(actor) or wanted not in {None, actor.id}:
        raise Forbidden("These figures are for the parties of offers and for staff.")
    return actor.id


def _summed(rows: Sequence[AnyRow]) -> Json:
    counts = Counter[str]()
    value = Counter[str]()
    for row in rows:
        counts[row.status] += row.offers
        if row.status == ACCEPTED:
            value[row.currency] += int(row.total)
    return {
        "offers": counts.total(),
        "byStatus": dict(counts),
        "conversion": _rate(counts[ACCEPTED], sum(counts[status] for status in DECIDED)),
        "acceptedOfCreated": _rate(counts[ACCEPTED], counts.total()),
        "value": {currency: to_major(total, currency) for currency, total in sorted(value.items())},
    }


def _rounds(rows: Sequence[AnyRow]) -> float | None:
    accepted = [row for row in rows if row.status == ACCEPTED]
    return _rate(sum(int(row.rounds) for row in accepted), sum(row.offers for row in accepted))


def _reasons(rows: Sequence[AnyRow]) -> dict[str, int]:
    counts = Counter[str]()
    for row in rows:
        if row.reject_reason is not None:
            counts[row.reject_reason] += row.offers
    return dict(counts)


def _rate(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None
