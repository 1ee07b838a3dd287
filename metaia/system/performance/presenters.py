"""The figures of a window as JSON."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from metaia.core.json import Json
from metaia.core.observing import timings
from metaia.core.times import rfc3339
from metaia.system.performance.policy import percentile
from metaia.system.performance.queries import Sum

NOTHING = Sum("", "", 0, 0.0, ())


def performance(
    sums: Iterable[Sum],
    *,
    window: str,
    since: datetime,
    as_of: datetime | None,
    now: datetime,
    pool: Json,
    open_breakers: Collection[str],
) -> Json:
    """Return the figures of a window. Routes, queues and vendors are sorted by the number of their durations."""
    found: dict[str, dict[str, Sum]] = {}
    for each in sorted(sums, key=lambda each: (-each.count, each.name)):
        found.setdefault(each.kind, {})[each.name] = each
    minutes = max(1.0, (now - since).total_seconds() / 60)
    return {
        "window": window,
        "since": rfc3339(since),
        "asOf": rfc3339(as_of),
        "routes": [_route(each) for each in found.get(timings.ROUTE, {}).values()],
        "database": _database(_single(found, timings.DATABASE), pool),
        "hubLag": _hub_lag(_single(found, timings.HUB)),
        "events": {
            "emitP50": _at(_single(found, timings.EMITTED), 0.5),
            "emitP99": _at(_single(found, timings.EMITTED), 0.99),
            "acknowledgedP99": _at(_single(found, timings.ACKNOWLEDGED), 0.99),
        },
        "jobs": _jobs(found.get(timings.JOB_RUN, {}), found.get(timings.JOB_WAIT, {}), minutes),
        "providers": [_provider(each, open_breakers) for each in found.get(timings.PROVIDER, {}).values()],
    }


def _single(found: dict[str, dict[str, Sum]], kind: str) -> Sum:
    return found.get(kind, {}).get("", NOTHING)


def _at(each: Sum, share: float) -> float | None:
    return percentile(each.counts, share, each.worst)


def _route(each: Sum) -> Json:
    method, _, route = each.name.partition(" ")
    shares = {f"p{round(share * 100)}": _at(each, share) for share in (0.5, 0.95, 0.99)}
    rate = round(each.errors / each.count, 6) if each.count else 0.0
    return {"method": method, "route": route, "count": each.count, "errorRate": rate} | shares


def _database(waits: Sum, pool: Json) -> Json:
    shown = {name: int(pool.get(name, 0)) for name in ("size", "busy")}
    return {"waitP50": _at(waits, 0.5), "waitP95": _at(waits, 0.95), "pool": shown}


def _hub_lag(lags: Sum) -> Json:
    return {"p50": _at(lags, 0.5), "p99": _at(lags, 0.99), "worst": lags.worst if lags.count else None}


def _jobs(runs: dict[str, Sum], waits: dict[str, Sum], minutes: float) -> list[Json]:
    return [
        {
            "queue": queue,
            "waitP95": _at(waits.get(queue, NOTHING), 0.95),
            "runP95": _at(run, 0.95),
            "perMinute": round(run.count / minutes, 2),
            "failed": run.errors,
        }
        for queue, run in runs.items()
    ]


def _provider(each: Sum, open_breakers: Collection[str]) -> Json:
    breaker = "open" if each.name in open_breakers else "closed"
    figures = {"calls": each.count, "errors": each.errors, "p95": _at(each, 0.95)}
    return {"name": each.name, "breaker": breaker} | figures
