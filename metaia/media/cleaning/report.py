"""What operators see of media: counts for Prometheus, and the result of the latest comparison."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import structlog
from flask import current_app
from prometheus_client.core import GaugeMetricFamily
from redis import Redis
from redis.exceptions import RedisError

from metaia.core.redis import connect
from metaia.core.times import now
from metaia.media.cleaning import queries, trash
from metaia.media.cleaning.reconcile import Found

KEY = "metaia:media:reconciled"  # a hash in Redis: any process may be asked for metrics
log = structlog.get_logger(__name__)


def reconciled(found: Found) -> None:
    """Log the result of a complete comparison, and keep it for `families`."""
    log.info("media reconciled", listed=found.listed, unknown=found.unknown, missing=found.missing)
    values = {"listed": found.listed, "unknown": found.unknown, "missing": found.missing}
    with suppress(RedisError), connect(current_app.config["REDIS_URL"]) as redis:
        redis.hset(KEY, mapping=values | {"at": int(now().timestamp())})


def families(redis: Redis) -> Iterator[Any]:
    """Yield the metric families of media."""
    size, files = queries.totals()
    yield GaugeMetricFamily(
        "metaia_media_bytes", "Bytes of all files, as charged to their owners", value=size
    )
    yield GaugeMetricFamily("metaia_media_files", "Files of all users", value=files)
    due = GaugeMetricFamily(
        "metaia_media_due",
        "Media with a time of the next sweep: not ready, unattached or deleted",
        labels=["what"],
    )
    for status, count in queries.counts().items():
        due.add_metric([status], count)
    yield due
    waiting = GaugeMetricFamily(
        "metaia_media_trash", "Keys that stores have not deleted yet; counting ends at 1,000", labels=["what"]
    )
    for what, count in trash.QUEUE.states().items():
        waiting.add_metric([what], count)
    yield waiting
    with suppress(RedisError):
        yield from _comparison(redis.hgetall(KEY))


def _comparison(latest: Any) -> Iterator[Any]:
    compared = GaugeMetricFamily(
        "metaia_media_reconciled",
        "Objects of the latest comparison of the store with the tables",
        labels=["what"],
    )
    for name, value in latest.items():
        if name != b"at":
            compared.add_metric([name.decode()], int(value))
    yield compared
