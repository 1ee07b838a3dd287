"""Whether the installation has other work to do first: how long jobs of other queues wait."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import current_app
from redis import Redis
from redis.exceptions import RedisError
from rq import Queue
from rq.job import Job
from rq.serializers import JSONSerializer

from metaia.core.redis import connect

BEFORE = ("critical", "default")  # queues whose jobs go first
HIGHEST_AGE = 10.0  # seconds that the first job of such a queue may have waited


def is_high() -> bool:
    """Return whether a job of a queue in BEFORE waits for longer than HIGHEST_AGE; False without Redis."""
    try:
        with connect(current_app.config["REDIS_URL"]) as redis:
            return any(_age(redis, name) > HIGHEST_AGE for name in BEFORE)
    except RedisError:
        return False


def _age(redis: Redis, name: str) -> float:
    """Return for how many seconds the first job of a queue waits."""
    queue = Queue(name, connection=redis, serializer=JSONSerializer)
    first = Job.fetch_many(queue.get_job_ids(0, 1)[:1], redis, serializer=JSONSerializer)
    if not first or first[0] is None or first[0].enqueued_at is None:
        return 0.0
    enqueued = first[0].enqueued_at
    aware = enqueued if enqueued.tzinfo else enqueued.replace(tzinfo=UTC)
    return (datetime.now(UTC) - aware).total_seconds()
