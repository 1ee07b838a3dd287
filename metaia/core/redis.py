"""Redis: clients of it, and the channels by which the processes of one installation reach each other."""

from __future__ import annotations

import structlog
from redis import Redis
from redis.exceptions import RedisError

from metaia.settings.environment import ConfigurationError

EVENTS_CHANNEL, WAKE_CHANNEL = "metaia:events", "metaia:wake"
CLUSTER = (
    "is a node of a Redis Cluster, in which queues and presence fail (CROSSSLOT); it must be a single Redis"
)
logger = structlog.get_logger(__name__)


def connect(url: str) -> Redis:
    """Return a client that fails after one second, instead of waiting for a Redis that does not answer."""
    return Redis.from_url(url, socket_timeout=1.0, socket_connect_timeout=1.0, health_check_interval=0)


def refuse_cluster(url: str) -> None:
    """Raise ConfigurationError if REDIS_URL is a cluster, and log a warning if it may evict queued jobs.

    A Redis that does not answer within a second is neither: processes start without it.
    """
    try:
        with connect(url) as redis:
            state = redis.info()
    except RedisError:
        return
    if state.get("cluster_enabled"):
        raise ConfigurationError(f"REDIS_URL {CLUSTER}")
    policy = state.get("maxmemory_policy", "noeviction")
    if policy != "noeviction":
        logger.warning("configuration", concern=f"Redis evicts queued jobs: maxmemory-policy is {policy}")
