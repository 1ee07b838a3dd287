"""The statistics of the installation, computed at most every CACHED seconds by a process."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any

import gevent
import structlog
from flask import current_app
from redis.exceptions import RedisError

from metaia.core import db
from metaia.core.access.permissions import ROLES
from metaia.core.json import Json
from metaia.core.times import now, rfc3339
from metaia.media.cleaning import queries as media_queries
from metaia.presence import service as presence_service
from metaia.realtime import runtime, stats
from metaia.system.statistics import queries

CACHED = 5.0  # seconds
PART_SECONDS = 2.0  # for each part
SAMPLES = 7  # positions of the log, one per report: a minute
log = structlog.get_logger(__name__)


class Statistics:
    """The statistics that a process has computed last, and the latest positions of the log."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._computed: Json = {}
        self._until = 0.0
        self._samples: deque[tuple[float, int]] = deque(maxlen=SAMPLES)

    def sample(self) -> None:
        """Remember the position up to which this process has delivered the log; a reporter calls it."""
        self._samples.append((time.monotonic(), runtime.current().feed.head.position))

    def current(self) -> Json:
        """Return the statistics. Requests at the same time share one computation."""
        with self._lock:
            if time.monotonic() >= self._until:
                self._computed = _compute(self._events_per_second())
                self._until = time.monotonic() + CACHED
            return self._computed

    def _events_per_second(self) -> float | None:
        if not self._samples:
            return None
        (then, before), at = self._samples[0], time.monotonic()
        if at - then < 1.0:
            return None
        return round(max(0, runtime.current().feed.head.position - before) / (at - then), 3)


def _compute(events_per_second: float | None) -> Json:
    at, redis = now(), runtime.current().statistics.redis
    processes = runtime.current().statistics.all_processes()
    total = stats.total(processes)
    parts: dict[str, Callable[[], Any]] = {
        "online": lambda: presence_service.current().leases.counts(sorted(ROLES)),
        "queues": queries.queues,
        "outbox": queries.outbox,
        "log": lambda: queries.log(events_per_second),
        "database": queries.database,
        "redis": lambda: queries.redis_state(redis),
        "storage": _storage,
    }
    found = {name: _part(name, call) for name, call in parts.items()}
    head = (found["log"] or {}).get("position", 0)
    return found | {
        "asOf": rfc3339(at),
        "unavailable": sorted(name for name, value in found.items() if value is None),
        "connections": {"byKind": total["connections"], "byRole": total["roles"]},
        "rooms": total["rooms"],
        "processes": [_process(name, numbers, head) for name, numbers in sorted(processes.items())],
    }


def _part(name: str, call: Callable[[], Any]) -> Any:
    """Return a part; None if it does not answer in time, so that the others are shown."""
    try:
        with gevent.Timeout(PART_SECONDS):
            return call()
    except (*db.UNAVAILABLE, RedisError, gevent.Timeout, OSError, LookupError) as error:
        log.warning("part of the statistics unavailable", part=name, error=db.describe(error))
        return None


def _storage() -> Json:
    size, files = media_queries.totals()
    return {"store": current_app.config["STORAGE"], "bytes": size, "files": files}


def _process(name: str, numbers: Json, head: int) -> Json:
    exceptions = numbers.get("exceptions", {})  # a process of an older release counts none
    return {
        "name": name,
        "leading": numbers["leading"],
        "eventsBehind": max(0, head - numbers["head"]),
        "connections": sum(numbers["connections"].values()),
        "rooms": numbers["rooms"],
        "exceptions": exceptions.get("counted", 0),
        "exceptionsDropped": exceptions.get("dropped", 0),
    }
