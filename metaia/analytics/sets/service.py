"""The figures of a set: of a period, by bucket, for staff or for a partner."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from metaia.analytics import definitions, periods, policy
from metaia.analytics.answers import ALL_PARTNERS, Ask, Figures, added, by_currency, mean, shown
from metaia.analytics.definitions import HOUSE_ONLY, MONEY_ONLY, ONE_ZONE, RANKINGS
from metaia.analytics.following import service as following
from metaia.analytics.people import service as people
from metaia.analytics.sets import presenters, queries
from metaia.analytics.sets.queries import MONEY_VALUES, ORDER_VALUES
from metaia.core import times
from metaia.core.access.actor import Actor
from metaia.core.errors import Forbidden, Invalid, NotFound, declare
from metaia.core.json import Json

declare(
    {"zone_not_available": "These figures have days of one time zone only, which `details.available` names."}
)
MOST_DAYS: Final = 400
MOST_HOUR_DAYS: Final = 31
MOST_FACT_DAYS: Final = 92  # of figures that are made from facts
_FROM_FACTS = ("durations", "engagement")
_COUNTS = ("placed", "accepted", "rejected", "cancelled", "expired", "completed")
_PARTS = {"timeToAccept": "time_to_accept", "preparation": "preparation", "delivery": "delivery"}


def read(actor: Actor, name: str, query: Json, *, partner_id: str = ALL_PARTNERS) -> tuple[Json, Json]:
    """Return the figures of a set, and the answer's `meta`. Raises NotFound, Forbidden and Invalid."""
    ask = asked(actor, name, query, partner_id)
    figures = READERS[name](ask)
    complete_until = presenters.complete_until(queries.cursor())
    answer = presenters.figures(figures, ask.buckets, complete_until)
    if query.get("compare") and name not in RANKINGS:
        other = replace(ask, buckets=_compared(query, ask.zone))
        then = presenters.figures(READERS[name](other), other.buckets, complete_until)
        answer["compare"] = {"series": then["series"], "totals": then["totals"]}
    return answer, meta(ask.zone, ask.currency)


def asked(actor: Actor, name: str, query: Json, partner_id: str = ALL_PARTNERS) -> Ask:
    """Return what a query asks for. Raises NotFound for an unknown set, Forbidden and Invalid."""
    may_see_money = partner_id != ALL_PARTNERS or actor.may(policy.ANALYTICS_MONEY)
    if name not in definitions.SETS:
        raise NotFound
    if (partner_id != ALL_PARTNERS and name not in policy.OF_PARTNERS) or (
        name in MONEY_ONLY and not may_see_money
    ):
        raise Forbidden("These figures are for admins.")
    zone = _zone(name, query.get("tz"))
    group = query["group_by"] if name not in RANKINGS else query["by"]
    _limit(name, query, group)
    buckets = periods.buckets(query["from_"], query["to"], group, zone)
    if not buckets:
        raise Invalid(details={"to": ["The zone has skipped this day."]})
    return Ask(buckets, zone, partner_id, query.get("currency"), may_see_money, query["limit"], query["by"])


def meta(zone: ZoneInfo, currency: str | None) -> Json:
    """Return the `meta` of figures: up to when they go, and how they are to be read."""
    return presenters.meta(queries.cursor(), zone.key, currency)


def _zone(name: str, given: str | None) -> ZoneInfo:
    own = following.zone()
    found = times.zone(given) if given else own
    if found is None:
        raise Invalid(details={"tz": ["Not a time zone of IANA."]})
    if name in ONE_ZONE and found.key != own.key:
        raise Invalid(
            "These figures exist in one time zone only.",
            code="zone_not_available",
            details={"available": [own.key]},
        )
    return found


def _limit(name: str, query: Json, group: str) -> None:
    most = MOST_HOUR_DAYS if group == periods.HOUR else MOST_FACT_DAYS if name in _FROM_FACTS else MOST_DAYS
    if not timedelta(0) <= query["to"] - query["from_"] < timedelta(days=most):
        raise Invalid(details={"to": [f"Must not be before `from`, and at most {most} days in all."]})
    if name in ONE_ZONE and group == periods.HOUR:
        raise Invalid(details={"groupBy": ["These figures have days, weeks and months."]})


def _compared(query: Json, zone: ZoneInfo) -> list[periods.Bucket]:
    first, last = query["from_"], query["to"]
    if query["compare"] == "year":
        first, last = periods.year_before(first, last)
    else:
        first, last = periods.before(first, last, _today(zone))
    return periods.buckets(first, last, query["group_by"], zone)


def _today(zone: ZoneInfo) -> date:
    return times.now().astimezone(zone).date()


def _orders(ask: Ask) -> Figures:
    rows = [(row.number, row.currency, row._mapping) for row in queries.orders(ask)]
    series, currencies = by_currency(rows, ORDER_VALUES, ask)

    def values(sums: Mapping[str, Counter[str]]) -> Json:
        placed = sums["placed"]
        found: Json = {name: sums[name].total() for name in _COUNTS} | {"itemsSold": sums["items"].total()}
        if ask.money:
            average = {currency: mean(sums["gmv"][currency], placed[currency]) for currency in currencies}
            found |= {
                "gmv": shown(sums["gmv"], currencies),
                "averageValue": shown(average, currencies),
                "completedValue": shown(sums["completed_value"], currencies),
                "tips": shown(sums["tips"], currencies),
            }
        return found

    return Figures([values(each) for each in series], values(added(series, ORDER_VALUES)))


def _revenue(ask: Ask) -> Figures:
    rows = [(row.number, row.currency, row._mapping) for row in queries.money(ask)]
    series, currencies = by_currency(rows, MONEY_VALUES, ask)
    names = [name for name in MONEY_VALUES if ask.partner_id == ALL_PARTNERS or name not in HOUSE_ONLY]

    def values(sums: Mapping[str, Counter[str]]) -> Json:
        net = {
            currency: sums["gross"][currency] - sums["refunds"][currency] - sums["disputes"][currency]
            + sums["corrections"][currency]
            for currency in currencies
        }  # fmt: skip
        return {name: shown(sums[name], currencies) for name in names} | {"net": shown(net, currencies)}

    return Figures([values(each) for each in series], values(added(series, MONEY_VALUES)))


def _durations(ask: Ask) -> Figures:
    found = {row.number: row for row in queries.durations(ask)}

    def values(number: int | None) -> Json:
        row, shown_values = found.get(number), {}
        for name, column in _PARTS.items():
            parts = getattr(row, column) if row is not None else None
            for place, suffix in enumerate(("P50", "P90")):
                seconds = parts[place] if parts else None
                shown_values[f"{name}{suffix}"] = None if seconds is None else round(seconds, 1)
        return shown_values

    return Figures([values(number) for number in range(1, len(ask.buckets) + 1)], values(None))


def _ranking(column: str) -> Callable[[Ask], Figures]:
    def ranking(ask: Ask) -> Figures:
        rows = queries.top(column, ask)
        names = people.names({str(row.id) for row in rows})
        return Figures(rows=[presenters.ranked(row, names, money=ask.money) for row in rows])

    return ranking


READERS: Final[Mapping[str, Callable[[Ask], Figures]]] = {
    "orders": _orders,
    "durations": _durations,
    "revenue": _revenue,
    "users": people.users,
    "engagement": people.engagement,
    "retention": people.retention,
    "partners": _ranking("partner_id"),
    "couriers": _ranking("courier_id"),
}
