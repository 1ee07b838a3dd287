"""Redis between processes: announcements of events, and wake-ups for the relay. They are fast, and may be lost.

After a lost message the feed reads the log, and the relay polls. Publishing happens in a greenlet of its own, so no
request ever waits for Redis.
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

ALONE = 1.0  # seconds without announcements after no other process received one; a new process reads the log first
MAX_QUEUED = 10_000  # messages; above it Redis must be unreachable, and messages are dropped
logger = structlog.get_logger(__name__)


class PubSub:
    """One process's two ends of the Redis channels."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._name = secrets.token_bytes(8)  # a prefix of this process's messages, so that it can ignore them
        self._outgoing: Queue[tuple[str, bytes]] = Queue(MAX_QUEUED)
        self._alone_until = 0.0

    def announce(self, epoch: str, events: list[Event]) -> None:
        """Send logged events to all processes; returns at once.

        Redis's channels are shared by all its databases: the log's epoch distinguishes one installation from others.
        """
        if time.monotonic() > self._alone_until:
            self._put(EVENTS_CHANNEL, self._name + orjson.dumps([epoch, [_pack(event) for event in events]]))

    def wake(self) -> None:
        """Wake the leading process, because the outbox has new rows; returns at once."""
        self._put(WAKE_CHANNEL, b"")

    def _put(self, channel: str, message: bytes) -> None:
        try:
            self._outgoing.put_nowait((channel, message))
        except Full:
            logger.warning("announcement dropped: Redis does not keep up", channel=channel)

    def publish(self) -> None:
        """Send queued messages, for ever."""
        redis = connect(self.url)
        while True:
            channel, message = self._outgoing.get()
            try:
                receivers = redis.publish(channel, message)
                if channel == EVENTS_CHANNEL and receivers == 1:  # this process itself
                    self._alone_until = time.monotonic() + ALONE
            except RedisError as error:
                logger.warning("announcement lost", error=str(error))

    def subscribe(
        self,
        on_events: Callable[[str, list[Event]], None],
        on_wake: Callable[[], None],
        on_gap: Callable[[], None],
    ) -> None:
        """Receive messages, for ever. `on_gap` is called whenever messages may have been missed."""
        while True:
            try:
                self._receive(on_events, on_wake, on_gap)
            except (RedisError, OSError) as error:
                logger.warning("subscription lost", error=str(error))
            on_gap()
            gevent.sleep(0.5)

    def _receive(
        self,
        on_events: Callable[[str, list[Event]], None],
        on_wake: Callable[[], None],
        on_gap: Callable[[], None],
    ) -> None:
        with connect(self.url) as redis, redis.pubsub(ignore_subscribe_messages=True) as channels:
            channels.subscribe(EVENTS_CHANNEL, WAKE_CHANNEL)
            on_gap()  # for messages that were published before the subscription
            while True:
                message: dict[str, Any] | None = channels.get_message(timeout=1.0)
                if message is None:
                    continue
                if message["channel"] == WAKE_CHANNEL.encode():
                    on_wake()
                elif not message["data"].startswith(self._name):
                    epoch, events = orjson.loads(message["data"][len(self._name) :])
                    on_events(epoch, [_unpack(item) for item in events])


def _pack(event: Event) -> list[Any]:
    return [event.position, event.id, event.type, event.payload, event.audience, event.created_at]


def _unpack(item: list[Any]) -> Event:
    position, identity, kind, payload, audience, created_at, *_ = item  # a newer release may send more
    return Event(position, identity, kind, payload, tuple(audience), created_at)
