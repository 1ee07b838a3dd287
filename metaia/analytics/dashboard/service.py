"""The dashboard of staff: today's figures against the same elapsed part of yesterday, and what needs attention."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from metaia.analytics import periods, policy
from metaia.analytics.answers import shown
from metaia.analytics.dashboard import queries
from metaia.analytics.following import service as following
from metaia.analytics.sets import service as sets
from metaia.core import times
from metaia.core.access.actor import Actor
from metaia.core.errors import Invalid
from metaia.core.json import Json
from metaia.core.times import rfc3339

# By key: the list behind an entry, and whether only admins get it.
LISTS: Final = {
    "ordersOverdue": ("/api/orders?status=pending", False),
    "deliveriesUnassigned": ("/api/orders?status=ready", False),
    "chatsWaiting": ("/api/chat/conversations", False),
    "reviewsReported": ("/api/admin/reviews?reported=true", False),
    "disputesOpen": ("/api/disputes?status=open", True),
    "refundsFailed": ("/api/refunds?status=failed", True),
    "payoutsToApprove": ("/api/finance/payouts?status=requested", True),
    "moneyFindings": ("/api/finance/audit", True),
    "figuresWrong": (None, True),
}


def read(actor: Actor, query: Json) -> tuple[Json, Json]:
    """Return the dashboard, and the answer's `meta`. Raises Invalid."""
    zone = times.zone(query["tz"]) if "tz" in query else following.zone()
    if zone is None:
        raise Invalid(details={"tz": ["Not a time zone of IANA."]})
    money, currency = actor.may(policy.ANALYTICS_MONEY), query.get("currency")
    meta = sets.meta(zone, currency)
    keys = [key for key, (_, admins) in LISTS.items() if money or not admins]
    waiting = queries.attention(keys)
    attention = [
        {"key": key, "count": count, "oldestAt": rfc3339(oldest), "href": LISTS[key][0]}
        for key, (count, oldest) in waiting.items()
        if count
    ]
    cards = [card | {"asOf": meta["asOf"]["at"]} for card in _cards(zone, currency, money=money)]
    return {"cards": cards, "attention": attention}, meta


def elapsed(moment: datetime, zone: ZoneInfo, days: int = 0) -> tuple[datetime, datetime]:
    """Return the beginning of a day, `days` before that of `moment`, and the moment at which its clocks show the same.

    The part ends with its day at the latest, also where a change of clocks makes it shorter.
    """
    local = moment.astimezone(zone)
    day = local.date() - timedelta(days=days)
    start, end = periods.of_day(day, zone)
    if not days:
        return start, moment
    return start, min(times.instant(datetime.combine(day, local.time().replace(tzinfo=None)), zone), end)


def _cards(zone: ZoneInfo, currency: str | None, *, money: bool) -> list[Json]:
    moment = times.now()
    today, before = elapsed(moment, zone), elapsed(moment, zone, 1)
    orders, orders_before = (queries.orders(*part, currency) for part in (today, before))
    drill = _drill("orders", "placed", moment, zone)
    cards = [
        _card("ordersPlaced", "count", _total(orders), _total(orders_before), drill),
        *_accounts(zone, moment),
        _card("timeToAccept", "seconds", queries.to_accept(*today), queries.to_accept(*before), None),
        _card("satisfaction", "number", _round(queries.rating(*queries.week(moment))),
              _round(queries.rating(*queries.week(moment - timedelta(days=7)))), None),
    ]  # fmt: skip
    if not money:
        return cards
    booked, booked_before = (queries.money(*part, currency) for part in (today, before))
    chosen = {currency} if currency else set()
    amounts = [
        _money("gmv", orders, orders_before, drill | {"value": "gmv"}, chosen),
        _money("gross", booked, booked_before, _drill("revenue", "gross", moment, zone), chosen),
        _money("net", booked, booked_before, _drill("revenue", "net", moment, zone), chosen),
    ]
    return [cards[0], *amounts, *cards[1:]]


def _accounts(zone: ZoneInfo, moment: datetime) -> list[Json]:
    """Return the cards of users. Active users are those of a whole day of the zone of activity."""
    new, new_before = (queries.registered(*elapsed(moment, zone, days)) for days in (0, 1))
    own = following.zone()
    day = moment.astimezone(own).date()
    active, active_before = queries.active(day), queries.active(day - timedelta(days=1))
    return [
        _card("newUsers", "count", new, new_before, _drill("users", "registered", moment, own)),
        _card("activeUsers", "count", active, active_before, _drill("users", "active", moment, own)),
    ]


def _drill(name: str, value: str, moment: datetime, zone: ZoneInfo) -> Json:
    day = moment.astimezone(zone).date().isoformat()
    return {"set": name, "value": value, "from": day, "to": day, "tz": zone.key}


def _card(key: str, unit: str, value: Any, previous: Any, drill: Json | None) -> Json:
    return {
        "key": key,
        "unit": unit,
        "value": value,
        "previous": previous,
        "changePercent": _change(value, previous),
        "drill": drill,
    }


def _money(key: str, rows: Any, before: Any, drill: Json, chosen: set[str]) -> Json:
    sums, sums_before = ({row.currency: getattr(row, key) for row in found} for found in (rows, before))
    currencies = sorted({*sums, *sums_before, *chosen})
    value, previous = shown(sums, currencies), shown(sums_before, currencies)
    card = _card(key, "money", value, previous, drill)
    return card | {"changePercent": {each: _change(value[each], previous[each]) for each in currencies}}


def _change(value: Any, previous: Any) -> float | None:
    """Return by how many per cent a number has changed; None without a number before."""
    if isinstance(value, Mapping) or value is None or not previous:
        return None
    return float(round((value - previous) / abs(previous) * 100, 1))


def _total(rows: Any) -> int:
    return sum(row.placed for row in rows)


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, 2)
