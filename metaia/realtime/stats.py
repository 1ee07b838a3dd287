"""Statistics of the real-time path: of this process, and through Redis of all processes."""

from __future__ import annotations

import os
import socket
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import gevent
import orjson
import structlog
from redis.exceptions import RedisError

from metaia.core import metrics
from metaia.core.db import fast_pool
from metaia.core.http import metrics as http_metrics
from metaia.core.observing import exceptions
from metaia.core.redis import connect
from metaia.extensions import db, socketio
from metaia.realtime.clients import connections, rooms
from metaia.realtime.log.feed import Feed
from metaia.realtime.transport import send_buffer

EVERY = 2.0  # seconds between reports
HUB_SECONDS = 0.25  # between two measurements of the event loop's lag
STALE = 10.0  # seconds without a report, after which a process counts as stopped
KEY = "metaia:stats"
COUNTED = (
    "connections", "roles", "written", "replay", "ended", "moved", "acknowledgements", "webhooks", "exceptions", "pool",
)  # fmt: skip
Json = dict[str, Any]
logger = structlog.get_logger(__name__)


class Statistics:
    """Reports the statistics of this process, and reads those of all processes."""

    def __init__(self, redis_url: str, state: Callable[[], Json]) -> None:
        self.redis = connect(redis_url)
        self.state = state
        self.name = f"{socket.gethostname()}-{os.getpid()}"

    def run(self) -> None:
        """Report, for ever."""
        while True:
            try:
                self.report()
            except RedisError as error:
                logger.warning("statistics not reported", error=str(error))
            gevent.sleep(EVERY)

    def report(self) -> None:
        """Write the statistics of this process into Redis. Raises RedisError."""
        http_metrics.report(self.redis)
        self.redis.hset(KEY, self.name, orjson.dumps(self.state() | {"at": time.time()}))

    def all_processes(self) -> dict[str, Json]:
        """Return the statistics of every running process, by name; only of this one if Redis is unreachable."""
        try:
            self.report()
            stored: dict[Any, Any] = self.redis.hgetall(KEY)
            read = {name.decode(): orjson.loads(value) for name, value in stored.items()}
        except RedisError:
            return {self.name: self.state()}
        stale = [name for name, numbers in read.items() if numbers["at"] < time.time() - STALE]
        if stale:
            self.redis.hdel(KEY, *stale)
        return {name: numbers for name, numbers in read.items() if name not in stale}


def watch_hub() -> None:
    """Measure, for ever, how much later than due this process's event loop runs a greenlet."""
    while True:
        due = time.monotonic() + HUB_SECONDS
        gevent.sleep(HUB_SECONDS)
        metrics.hub_lag.observe(time.monotonic() - due)


def of_process(feed: Feed, *, leading: bool) -> Json:
    """Return the statistics of this process."""
    open_connections = list(connections.open_connections.values())
    return {
        "connections": Counter(connection.kind for connection in open_connections),
        "roles": Counter(connection.actor.role for connection in open_connections),
        "rooms": len(socketio.server.manager.rooms.get("/", {})) + rooms.count(),
        "head": feed.head.position,
        "leading": leading,
        "written": {
            "frames": send_buffer.counts.frames,
            "sends": send_buffer.counts.sends,
            "bytes": send_buffer.counts.bytes,
        },
        "replay": dict(metrics.replayed),
        "ended": dict(metrics.ended),
        "moved": dict(metrics.moved),
        "acknowledgements": dict(metrics.acknowledgements),
        "webhooks": dict(metrics.webhooks),
        "exceptions": dict(exceptions.counts),
        "pool": _pool(),
        "hubLag": metrics.hub_lag.as_dict(),
        "emitted": metrics.emitted.as_dict(),
        "acknowledged": metrics.acknowledged.as_dict(),
    }


def _pool() -> Json:
    """Return how many connections to PostgreSQL this process may have, and how many are in use now."""
    transactions: Any = db.engine.pool
    reads = fast_pool.current()
    return {"size": transactions.size() + reads.size, "busy": transactions.checkedout() + reads.busy}


def total(processes: dict[str, Json]) -> Json:
    """Return the sums of all counters over all processes."""
    sums = {name: Counter[str]() for name in COUNTED}
    for numbers in processes.values():
        for name, counter in sums.items():
            counter.update(numbers.get(name, {}))  # a process of an older release may lack a counter
    all_rooms = sum(numbers["rooms"] for numbers in processes.values())
    return {name: dict(counter) for name, counter in sums.items()} | {"rooms": all_rooms}
