"""Redis: clients of it, and the channels by which the processes of one installation reach each other."""

from __future__ import annotations

from redis import Redis

EVENTS_CHANNEL, WAKE_CHANNEL = "metaia:events", "metaia:wake"


def connect(url: str) -> Redis:
    """Return a client that fails after one second, instead of waiting for a Redis that does not answer."""
    return Redis.from_url(url, socket_timeout=1.0, socket_connect_timeout=1.0, health_check_interval=0)
