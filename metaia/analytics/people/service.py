"""Figures of users by bucket."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta

from metaia.analytics.answers import Ask, Figures, ratio
from metaia.analytics.people import queries
from metaia.core.db import AnyRow
from metaia.core.json import Json
from metaia.core.times import day_number, now

_NEW = ("registered", "verified", "activated")


def users(ask: Ask) -> Figures:
    """Return registrations, active users, and new and returning customers."""
    counts: dict[str, dict[int, int]] = {name: defaultdict(int) for name in _NEW}
    roles: dict[int, Counter[str]] = defaultdict(Counter)
    for row in queries.registered(ask):
        roles[row.number][row.role] += row.registered
        for name in _NEW:
            counts[name][row.number] += getattr(row, name)
    new, returning = queries.new_customers(ask), queries.returning_customers(ask)
    active = _active(ask)
    series = [
        {
            **{name: counts[name][number] for name in _NEW},
            "registeredByRole": dict(roles[number]),
            "active": active[number].users if number in active else 0,
            "newCustomers": new.get(number, 0),
            "returningCustomers": returning.get(number, 0),
        }
        for number in range(1, len(ask.buckets) + 1)
    ]
    totals: Json = {
        **{name: sum(counts[name].values()) for name in _NEW},
        "registeredByRole": dict(sum(roles.values(), Counter[str]())),
        "active": active[None].users if None in active else 0,
        "newCustomers": sum(new.values()),
        "returningCustomers": returning.get(None, 0),
    }
    return Figures(series, totals)


def engagement(ask: Ask) -> Figures:
    """Return the daily, weekly and monthly active users and their actions."""
    active = _active(ask)
    lasts = [_last_day(ask, bucket.end) for bucket in ask.buckets]
    trailing = queries.trailing(lasts)
    series = [
        _engaged(active.get(number), trailing.get(last), _days(ask, bucket.start, bucket.end))
        for number, (bucket, last) in enumerate(zip(ask.buckets, lasts, strict=True), 1)
    ]
    whole = _engaged(active.get(None), trailing.get(lasts[-1]), _days(ask, ask.start, ask.end))
    return Figures(series, whole)


def retention(ask: Ask) -> Figures:
    """Return a row per cohort of customers, by first order, with the share that ordered in each later period."""
    sizes, came, over = queries.sizes(ask), queries.came_back(ask), now()
    rows = []
    for number, bucket in enumerate(ask.buckets, 1):
        size = sizes.get(number, 0)
        cells = [
            {
                "period": later - number,
                "count": came.get((number, later), 0),
                "share": ratio(came.get((number, later), 0), size),
                "complete": ask.buckets[later - 1].end <= over,
            }
            for later in range(number, len(ask.buckets) + 1)
        ]
        rows.append({"cohort": bucket.name, "size": size, "cells": cells})
    return Figures(rows=rows)


def _active(ask: Ask) -> dict[int | None, AnyRow]:
    """Return the active users of all roles by bucket, and by None those of the whole period."""
    firsts = [day_number(bucket.start.astimezone(ask.zone).date()) for bucket in ask.buckets]
    first, last = ask.start.astimezone(ask.zone).date(), _last_day(ask, ask.end)
    return {row.number: row for row in queries.active(_once(firsts), first, last) if row.all_roles}


def _once(firsts: Sequence[int]) -> list[int]:
    return sorted(set(firsts))


def _last_day(ask: Ask, end: datetime) -> date:
    return (end - timedelta(microseconds=1)).astimezone(ask.zone).date()


def _days(ask: Ask, start: datetime, end: datetime) -> int:
    return (_last_day(ask, end) - start.astimezone(ask.zone).date()).days + 1


def _engaged(active: AnyRow | None, trailing: AnyRow | None, days: int) -> Json:
    user_days, actions = (active.user_days, int(active.actions)) if active else (0, 0)
    dau, mau = round(user_days / days, 2), trailing.mau if trailing else 0
    return {
        "dau": dau,
        "wau": trailing.wau if trailing else 0,
        "mau": mau,
        "stickiness": ratio(dau, mau),
        "actions": actions,
        "actionsPerActive": ratio(actions, user_days),
    }


def names(user_ids: Collection[str]) -> dict[str, str]:
    """Return the names of users by their ids."""
    return {str(row.id): row.name for row in queries.named(user_ids)}
