"""Keeping refused calls, without their contents, in Redis: callers without a secret must not fill a table.

Each source has a list of its latest MOST refusals, so a flood at one source hides none of another. They are lost with
Redis, which costs no call: a vendor sends a refused call again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

import structlog
from flask import Flask, current_app
from redis import Redis
from redis.exceptions import RedisError

from metaia.core import json
from metaia.core.redis import connect
from metaia.core.times import now
from metaia.webhooks import queries
from metaia.webhooks.vendors import registry

EXTENSION, KEY = "metaia.webhook_refusals", "metaia:webhooks:refused:"
MOST = 1000  # per source, and in one answer
KEPT = timedelta(days=30)
WINDOW, RISING = (
    timedelta(minutes=15),
    5,
)  # so many refusals in the window, and no accepted call, are an alarm
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A refused call. `bytes` is the length of its body, `address` the address of its caller."""

    at: datetime
    source: str
    why: str
    bytes: int
    address: str


def init_app(app: Flask) -> None:
    """Create the client of `app`."""
    app.extensions[EXTENSION] = connect(app.config["REDIS_URL"])


def keep(refusal: Refusal) -> None:
    """Keep a refusal. Without Redis it is only logged."""
    key = KEY + refusal.source
    try:
        with _redis().pipeline(transaction=False) as pipe:
            pipe.lpush(key, json.dumps(asdict(refusal)))
            pipe.ltrim(key, 0, MOST - 1)
            pipe.expire(key, KEPT)
            pipe.execute()
    except RedisError as error:
        log.warning("refusal not kept", source=refusal.source, why=refusal.why, error=str(error))


def latest() -> list[Refusal]:
    """Return the latest MOST refusals of all sources, the newest first. Raises RedisError."""
    found = [each for source in registry.names() for each in _of(source)]
    return sorted(found, key=lambda refusal: refusal.at, reverse=True)[:MOST]


def alarming() -> dict[str, int]:
    """Return the sources with rising refusals that accepted no call in the window, with the refusals in it.

    Raises RedisError.
    """
    since = now() - WINDOW
    counts = {source: sum(each.at > since for each in _of(source)) for source in registry.names()}
    rising = {source: count for source, count in counts.items() if count >= RISING}
    accepted = queries.sources_since(since) if rising else set()
    return {source: count for source, count in rising.items() if source not in accepted}


def _of(source: str) -> Iterator[Refusal]:
    stored: list[bytes] = _redis().lrange(KEY + source, 0, -1)  # type: ignore[assignment]
    for each in stored:
        values = json.loads(each)
        yield Refusal(**values | {"at": datetime.fromisoformat(values["at"])})


def _redis() -> Redis:
    client: Redis = current_app.extensions[EXTENSION]
    return client
