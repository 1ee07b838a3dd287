"""Statistics of the real-time path: as JSON for staff, and for Prometheus."""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from contextlib import suppress
from itertools import accumulate
from typing import Any

from flask import Response, current_app, request
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from redis.exceptions import RedisError
from sqlalchemy import select

from metaia.core import db
from metaia.core.access import actor as actors
from metaia.core.access.permissions import METRICS_READ, STATISTICS_READ
from metaia.core.errors import Forbidden, Unauthenticated, Unavailable
from metaia.core.http import metrics as http_metrics
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import PUBLIC, READ
from metaia.core.http.views import answer
from metaia.core.json import Json
from metaia.core.metrics import BOUNDS
from metaia.core.outbox import Outbox
from metaia.core.times import now
from metaia.jobs import unknown as unknown_jobs
from metaia.media.cleaning import report as media_report
from metaia.realtime import runtime, stats
from metaia.realtime.log import leader
from metaia.realtime.log import store as log_store
from metaia.system import schemas
from metaia.webhook_endpoints.sending import stats as webhook_endpoint_stats
from metaia.webhooks import service as webhook_service
from metaia.webhooks.refusals import service as refusals

admin = Blueprint("statistics", __name__, url_prefix="/api/admin/websocket", description="For staff")
prometheus = Blueprint("metrics", __name__, description="For Prometheus")
HISTOGRAMS = (
    ("hubLag", "metaia_hub_lag_seconds", "How much later than due the event loop runs a greenlet"),
    ("emitted", "metaia_emit_latency_seconds", "From recording an event to its emit"),
    (
        "acknowledged",
        "metaia_acknowledged_latency_seconds",
        "From recording an event to the acknowledgement of its client, for sampled events",
    ),
)


@admin.endpoint("GET", "/stats", returns=schemas.Stats, limit=READ, access=STATISTICS_READ)
def get_stats() -> Response:
    """Connections, rooms, deliveries, replays, lags and disconnects of all processes."""
    processes = runtime.current().statistics.all_processes()
    return answer(
        total=stats.total(processes), processes=processes, lag=lags(processes), relay=relay(processes)
    )


@prometheus.endpoint(
    "GET",
    "/metrics",
    returns={"type": "string"},
    content_type="text/plain",
    limit=READ,
    access=PUBLIC,
    fails=(
        Unauthenticated,
        Forbidden,
        Unavailable,
    ),
)
def get_metrics() -> Response:
    """The same numbers for Prometheus. Requires METRICS_TOKEN or the access token of an admin."""
    token = actors.bearer(request.headers.get("Authorization"))
    wanted = current_app.config["METRICS_TOKEN"]
    known = bool(wanted) and hmac.compare_digest(token.encode(), wanted.encode())
    if not known and not actors.from_token(token).may(METRICS_READ):
        raise Forbidden
    registry = CollectorRegistry()
    registry.register(_Collector())
    return Response(
        generate_latest(registry), mimetype="text/plain", content_type="text/plain; version=0.0.4"
    )


def lags(processes: dict[str, Json]) -> Json:
    """Return the lag of the relay, in seconds, and of the feed of each process, in events."""
    oldest = db.fetch_value(
        select(Outbox.created_at).where(Outbox.kind == "event").order_by(Outbox.id).limit(1)
    )
    head = log_store.head().position
    return {
        "relaySeconds": round((now() - oldest).total_seconds(), 3) if oldest else 0,
        "feedEvents": {name: max(0, head - numbers["head"]) for name, numbers in processes.items()},
    }


def relay(processes: dict[str, Json]) -> Json:
    """Return the leading process, the age of its latest heartbeat in seconds, and the last position of the log.

    The process is None while no process leads. The heartbeat is a row in the database, so it outlives its process.
    """
    beat = leader.seconds_since_beat()
    return {
        "process": next((name for name, numbers in processes.items() if numbers["leading"]), None),
        "beatSeconds": None if beat is None else round(beat, 3),
        "position": log_store.head().position,
    }


class _Collector:
    """Converts the statistics of all processes into metric families, with the process as a label."""

    def collect(self) -> Iterator[Any]:
        processes = runtime.current().statistics.all_processes()
        behind = lags(processes)
        yield GaugeMetricFamily(
            "metaia_relay_lag_seconds", "Age of the oldest event not in the log", value=behind["relaySeconds"]
        )
        lag = GaugeMetricFamily(
            "metaia_feed_lag_events", "Events that the feed has not delivered yet", labels=["process"]
        )
        for name, events in behind["feedEvents"].items():
            lag.add_metric([name], events)
        yield lag
        yield from _relay(processes)
        webhooks = GaugeMetricFamily("metaia_inbox", "Webhooks that are not processed", labels=["what"])
        for what, count in webhook_service.QUEUE.states().items():
            webhooks.add_metric([what], count)
        yield webhooks
        jobs = GaugeMetricFamily(
            "metaia_jobs_unknown", "Jobs that this release does not know", labels=["what"]
        )
        for what, count in unknown_jobs.counts().items():
            jobs.add_metric([what], count)
        yield jobs
        for name in ("connections", "roles"):
            yield _family(GaugeMetricFamily, f"metaia_{name}", name, processes)
        for name in ("written", "replay", "ended", "moved", "acknowledgements", "webhooks"):
            yield _family(CounterMetricFamily, f"metaia_{name}", name, processes)
        for name, metric, meaning in HISTOGRAMS:
            yield _histogram(metric, meaning, name, processes)
        with suppress(RedisError):
            yield _refused()
        with suppress(RedisError):  # the counts of this process alone would look like a restart
            yield from http_metrics.families(runtime.current().statistics.redis)
        with suppress(RedisError):
            yield from webhook_endpoint_stats.families(runtime.current().statistics.redis)
        yield from media_report.families(runtime.current().statistics.redis)


def _refused() -> GaugeMetricFamily:
    refused = GaugeMetricFamily(
        "metaia_webhooks_refused", "Refused calls of sources that accept none", labels=["source"]
    )
    for source, count in refusals.alarming().items():
        refused.add_metric([source], count)
    return refused


def _relay(processes: dict[str, Json]) -> Iterator[Any]:
    leader = relay(processes)
    yield GaugeMetricFamily("metaia_log_position", "Last position of the log", value=leader["position"])
    if leader["beatSeconds"] is not None:
        age = "Time since the latest heartbeat of the relay's leader"
        yield GaugeMetricFamily("metaia_relay_beat_seconds", age, value=leader["beatSeconds"])
    leading = GaugeMetricFamily(
        "metaia_relay_leading", "1 for the process that leads the relay", labels=["process"]
    )
    for name, numbers in processes.items():
        leading.add_metric([name], int(numbers["leading"]))
    yield leading


def _family(kind: Any, metric: str, name: str, processes: dict[str, Json]) -> Any:
    family = kind(metric, f"{name} by process", labels=["process", "what"])
    for process, numbers in processes.items():
        for what, value in numbers.get(name, {}).items():
            family.add_metric([process, what], value)
    return family


def _histogram(metric: str, meaning: str, name: str, processes: dict[str, Json]) -> Any:
    family = HistogramMetricFamily(metric, meaning, labels=["process"])
    for process, numbers in processes.items():
        if name in numbers:
            bounds, sums = [*map(str, BOUNDS), "+Inf"], accumulate(numbers[name]["buckets"])
            family.add_metric([process], list(zip(bounds, sums, strict=True)), numbers[name]["sum"])
    return family
