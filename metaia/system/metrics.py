"""The real-time path's numbers for staff, as JSON, and for Prometheus."""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from typing import Any

from flask import Response, current_app, request
from marshmallow import fields
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from sqlalchemy import select

from metaia.core import actor as actors
from metaia.core import db
from metaia.core.actor import current
from metaia.core.errors import Forbidden
from metaia.core.http import READ, Blueprint, answer, envelope, public, rated
from metaia.core.outbox import Outbox
from metaia.core.times import now
from metaia.realtime import log, runtime, stats
from metaia.realtime.counters import BOUNDS

admin = Blueprint("statistics", __name__, url_prefix="/api/admin/websocket", description="For staff")
bare = Blueprint("metrics", __name__, description="For Prometheus")
Json = dict[str, Any]
Stats = envelope(
    "WebsocketStats",
    total=fields.Dict(required=True),
    processes=fields.Dict(required=True),
    lag=fields.Dict(required=True),
)


@admin.route("/stats")
@admin.response(200, Stats)
@rated(READ)
def get_stats() -> Response:
    """Connections, rooms, deliveries, replays, lags and disconnects, of all processes."""
    if not current().is_staff:
        raise Forbidden
    processes = runtime.current().statistics.everybody()
    return answer(total=stats.total(processes), processes=processes, lag=lags(processes))


@bare.route("/metrics")
@bare.response(200, {"type": "string"}, content_type="text/plain")
@rated(READ)
@public
def get_metrics() -> Response:
    """The same for Prometheus; with METRICS_TOKEN or an admin's access token."""
    token = actors.bearer(request.headers.get("Authorization"))
    wanted = current_app.config["METRICS_TOKEN"]
    known = bool(wanted) and hmac.compare_digest(token.encode(), wanted.encode())
    if not known and not actors.from_token(token).is_admin:
        raise Forbidden
    registry = CollectorRegistry()
    registry.register(_Collector())
    return Response(
        generate_latest(registry), mimetype="text/plain", content_type="text/plain; version=0.0.4"
    )


def lags(processes: dict[str, Json]) -> Json:
    """Return how far the relay (seconds) and each process's feed (events) are behind."""
    oldest = db.fetch_value(
        select(Outbox.created_at).where(Outbox.kind == "event").order_by(Outbox.id).limit(1)
    )
    head = log.head().position
    return {
        "relaySeconds": round((now() - oldest).total_seconds(), 3) if oldest else 0,
        "feedEvents": {name: max(0, head - numbers["head"]) for name, numbers in processes.items()},
    }


class _Collector:
    """Turns the numbers of all processes into Prometheus's families, with the process as a label."""

    def collect(self) -> Iterator[Any]:
        processes = runtime.current().statistics.everybody()
        behind = lags(processes)
        yield GaugeMetricFamily(
            "metaia_relay_lag_seconds", "Age of the oldest event not in the log", value=behind["relaySeconds"]
        )
        lag = GaugeMetricFamily("metaia_feed_lag_events", "Events not delivered yet", labels=["process"])
        for name, events in behind["feedEvents"].items():
            lag.add_metric([name], events)
        yield lag
        for name in ("connections", "roles"):
            yield _family(GaugeMetricFamily, f"metaia_{name}", name, processes)
        for name in ("written", "replay", "ended"):
            yield _family(CounterMetricFamily, f"metaia_{name}", name, processes)
        yield _histogram(processes)


def _family(kind: Any, metric: str, name: str, processes: dict[str, Json]) -> Any:
    family = kind(metric, f"{name} by process", labels=["process", "what"])
    for process, numbers in processes.items():
        for what, value in numbers[name].items():
            family.add_metric([process, what], value)
    return family


def _histogram(processes: dict[str, Json]) -> Any:
    family = HistogramMetricFamily(
        "metaia_emit_latency_seconds", "From recording an event to its emit", labels=["process"]
    )
    for process, numbers in processes.items():
        counts, cumulated, sums = numbers["emitted"]["buckets"], 0, []
        for bound, count in zip([*map(str, BOUNDS), "+Inf"], counts, strict=True):
            cumulated += count
            sums.append((bound, cumulated))
        family.add_metric([process], sums, sum_value=numbers["emitted"]["sum"])
    return family
