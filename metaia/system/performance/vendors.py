"""Calls of vendors as durations, and open circuit breakers as keys in Redis, which expire when the breaker closes."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from math import ceil

from flask import Flask
from redis import Redis
from redis.exceptions import RedisError

from metaia.core.observing import timings
from metaia.core.redis import connect
from metaia.providers import observing
from metaia.providers.observing import Observer

KEY = "metaia:breaker:"


class VendorCalls(Observer):
    """Observes the calls of this process."""

    def __init__(self, redis_url: str) -> None:
        self._redis = connect(redis_url)

    def called(self, name: str, seconds: float, *, failed: bool) -> None:
        """Add the duration of a call."""
        timings.of(timings.PROVIDER, name).observe(seconds, error=failed)

    def opened(self, name: str, seconds: float) -> None:
        """Show that a breaker is open. Without Redis it is not shown."""
        with suppress(RedisError):
            self._redis.set(KEY + name, 1, ex=ceil(seconds))

    def closed(self, name: str) -> None:
        """Show that a breaker has closed."""
        with suppress(RedisError):
            self._redis.delete(KEY + name)


def init_app(app: Flask) -> None:
    """Observe the calls of this process."""
    observing.use(VendorCalls(app.config["REDIS_URL"]))


def open_breakers(redis: Redis, names: Iterable[str]) -> set[str]:
    """Return the vendors with an open breaker in any process; none if Redis is unreachable."""
    listed = list(names)
    try:
        found = redis.mget([KEY + name for name in listed]) if listed else []
    except RedisError:
        return set()
    return {name for name, value in zip(listed, found, strict=True) if value is not None}
