"""Metrics of outgoing webhooks: calls by status, counted in Redis for all processes, and the queue."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from redis.exceptions import RedisError

from metaia.webhook_endpoints.fanout import service as fanout
from metaia.webhook_endpoints.messages import queries as message_queries

KEY = "metaia:webhook_calls"


def count(redis: Any, status: int | str) -> None:
    """Count a call by the status of its answer, or `none`. A count that Redis does not take is lost."""
    try:
        redis.hincrby(KEY, str(status), 1)
    except RedisError:
        return


def families(redis: Any) -> Iterator[Any]:
    """Yield the metrics. Raises RedisError."""
    calls = CounterMetricFamily("metaia_webhook_calls", "Calls of endpoints by status", labels=["status"])
    for status, number in redis.hgetall(KEY).items():
        calls.add_metric([status.decode()], int(number))
    yield calls
    yield GaugeMetricFamily(
        "metaia_webhook_queue", "Messages that wait for endpoints", value=message_queries.waiting_in_all()
    )
    yield GaugeMetricFamily(
        "metaia_webhook_lag_events", "Events not yet read for endpoints", value=fanout.lag()["behind"]
    )
