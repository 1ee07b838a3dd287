"""Redis between processes: announcements of events, and wake-ups for the relay. Fast, and never trusted.

Everything said here can be lost: the feed reads the log for what it missed, the relay polls. So publishing happens in
a greenlet of its own and no request ever waits for Redis.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from typing import Any

import gevent
import orjson
import structlog
from gevent.queue import Full, Queue
from redis.exceptions import RedisError

from metaia.core.redis import EVENTS_CHANNEL, WAKE_CHANNEL, connect
from metaia.realtime.log.store import Event

ALONE = (
    1.0  # seconds for which a process that nobody else has heard says no more; who comes then reads the log
)
WAITING = 10_000  # messages; more means that Redis is away, and the log heals
logger = structlog.get_logger(__name__)


class Bus:
    """One process's two ends of the Redis channels."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._name = secrets.token_bytes(8)  # in front of what this process says, which it need not hear
        self._outgoing: Queue[tuple[str, bytes]] = Queue(WAITING)
        self._alone_until = 0.0

    def announce(self, epoch: str, events: list[Event]) -> None:
        """Tell all processes of events that have their place in the log; returns at once.

        Redis's channels know no databases: the log's epoch tells the processes of one installation from others'.
        """
        if time.monotonic() > self._alone_until:
            self._put(EVENTS_CHANNEL, self._name + orjson.dumps([epoch, [_pack(event) for event in events]]))

    def wake(self) -> None:
        """Tell the leading process that the outbox has something; returns at once."""
        self._put(WAKE_CHANNEL, b"")

    def _put(self, channel: str, message: bytes) -> None:
        try:
            self._outgoing.put_nowait((channel, message))
        except Full:
            logger.warning("announcement dropped: Redis does not keep up", channel=channel)

    def publish(self) -> None:
        """Send what is to be sent, for ever."""
        redis = connect(self.url)
        while True:
            channel, message = self._outgoing.get()
            try:
                heard_by = redis.publish(channel, message)
                if channel == EVENTS_CHANNEL and heard_by == 1:  # by this process itself
                    self._alone_until = time.monotonic() + ALONE
            except RedisError as error:
                logger.warning("announcement lost", error=str(error))

    def subscribe(
        self, heard: Callable[[str, list[Event]], None], wake: Callable[[], None], lost: Callable[[], None]
    ) -> None:
        """Receive, for ever. `lost` is called whenever something may have been missed."""
        while True:
            try:
                self._receive(heard, wake, lost)
            except (RedisError, OSError) as error:
                logger.warning("subscription lost", error=str(error))
            lost()
            gevent.sleep(0.5)

    def _receive(
        self, heard: Callable[[str, list[Event]], None], wake: Callable[[], None], lost: Callable[[], None]
    ) -> None:
        with connect(self.url) as redis, redis.pubsub(ignore_subscribe_messages=True) as channels:
            channels.subscribe(EVENTS_CHANNEL, WAKE_CHANNEL)
            lost()  # what was said before the subscription
            while True:
                message: dict[str, Any] | None = channels.get_message(timeout=1.0)
                if message is None:
                    continue
                if message["channel"] == WAKE_CHANNEL.encode():
                    wake()
                elif not message["data"].startswith(self._name):
                    epoch, events = orjson.loads(message["data"][len(self._name) :])
                    heard(epoch, [_unpack(item) for item in events])


def _pack(event: Event) -> list[Any]:
    return [event.position, event.id, event.type, event.payload, event.audience, event.created_at]


def _unpack(item: list[Any]) -> Event:
    position, identity, kind, payload, audience, created_at = item
    return Event(position, identity, kind, payload, tuple(audience), created_at)
