"""The route of the performance, for staff."""

from __future__ import annotations

from flask import Response

from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import READ
from metaia.core.http.views import answer
from metaia.core.json import Json
from metaia.core.observing import timings
from metaia.core.times import now
from metaia.realtime import runtime, stats
from metaia.system.performance import jobs, presenters, queries, schemas, service, vendors
from metaia.system.policy import SYSTEM_READ

__all__ = ["blp", "jobs", "service", "vendors"]
blp = Blueprint(
    "performance", __name__, url_prefix="/api/system/performance", description="Durations, for staff"
)


@blp.endpoint(
    "GET",
    "",
    query=schemas.WindowQuery,
    returns=schemas.Performance,
    limit=READ.limited_to("120 per minute"),
    access=SYSTEM_READ,
)
def get_performance(query: Json) -> Response:
    """Durations of routes, jobs, connections, events and vendors of all processes, over a window."""
    window = query["window"]
    since = service.since(schemas.WINDOWS[window])
    sums, statistics = queries.sums(since), runtime.current().statistics
    vendors_seen = [each.name for each in sums if each.kind == timings.PROVIDER]
    return answer(
        performance=presenters.performance(
            sums,
            window=window,
            since=since,
            as_of=queries.latest(),
            now=now(),
            pool=stats.total(statistics.all_processes())["pool"],
            open_breakers=vendors.open_breakers(statistics.redis, vendors_seen),
        )
    )
