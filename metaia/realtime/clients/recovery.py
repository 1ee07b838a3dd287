"""Where clients continue that come back without a cursor (Socket.IO 4.6: connection state recovery).

Redis keeps, for some minutes, up to where the receipt of a connection's events is proven. All changes of a process are
written together, at most every FLUSH_EVERY seconds. A record that is older than the truth only leads to repeated
events; if Redis has lost it, the client is notified by `resync`.
"""

from __future__ import annotations

import hashlib
import time
from dataclasses import asdict, dataclass, field
from typing import Any

import gevent
import orjson
import structlog
from gevent.event import Event as Signal
from redis.exceptions import RedisError

from metaia.core.redis import connect
from metaia.realtime.clients.connections import Message

FLUSH_EVERY = 0.2  # seconds between two writes
PAUSE = 1.0  # seconds after which a failed write is tried again
MARGIN = 60  # seconds that a record is kept longer: a living connection renews it at each ping, every 25 s
MAX_WAITING = 50_000  # records that wait for Redis; above it, the oldest are dropped
logger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Record:
    """Where a connection was: everything up to `cursor` is proven to be received.

    `session` and `network` are those of the client: of its login, and of its address. `requests` are the messages by
    which it joined rooms; None if they are too many.
    """

    cursor: str
    session: str = ""
    network: str = ""
    requests: list[Message] | None = field(default_factory=list)


class Recovery:
    """The records of all processes. A record has a key, and a name under it."""

    def __init__(self, redis_url: str, seconds: int) -> None:
        self.seconds = seconds
        self.redis = connect(redis_url)
        self._waiting: dict[str, dict[str, bytes | None]] = {}  # not yet in Redis; None: to be deleted
        self._written: dict[str, dict[str, bytes | None]] = {}  # now on their way to Redis
        self._changed = Signal()

    def keep(self, key: str, name: str, record: Record) -> None:
        """Store a record soon; returns at once."""
        self._put(key, name, orjson.dumps(asdict(record) | {"at": time.time()}))

    def forget(self, key: str, name: str) -> None:
        """Delete a record soon; returns at once."""
        self._put(key, name, None)

    def find(self, key: str) -> dict[str, Record]:
        """Return the records under `key` by their names; none if Redis cannot be reached."""
        before = self._unwritten(key)  # Redis may answer just before they are written
        try:
            stored: dict[bytes, bytes] = self.redis.hgetall(key)  # type: ignore[assignment]
        except RedisError as error:
            logger.warning("recovery not read", error=str(error))
            stored = {}
        found: dict[str, bytes | None] = {name.decode(): value for name, value in stored.items()}
        found |= before | self._unwritten(key)
        oldest = time.time() - self.seconds - MARGIN
        records = {name: orjson.loads(value) for name, value in found.items() if value is not None}
        for name, given in records.items():
            if given["at"] <= oldest:  # the expiry of the whole key is renewed by each of them
                self.forget(key, name)
        return {
            name: Record(
                given["cursor"],
                given.get("session", ""),
                given.get("network", ""),
                _requests(given.get("requests", [])),
            )
            for name, given in records.items()
            if given["at"] > oldest
        }

    def run(self) -> None:
        """Write changed records into Redis, for ever."""
        while True:
            self._changed.wait()
            self._changed.clear()
            try:
                self.flush()
            except RedisError as error:
                logger.warning("recovery not stored", error=str(error))
                self._changed.set()
                gevent.sleep(PAUSE)
            gevent.sleep(FLUSH_EVERY)

    def flush(self) -> None:
        """Write the waiting records. Raises RedisError; then they still wait."""
        self._written, self._waiting = self._waiting, {}
        try:
            with self.redis.pipeline(transaction=False) as pipeline:
                for key, records in self._written.items():
                    for name, value in records.items():
                        if value is None:
                            pipeline.hdel(key, name)
                        else:
                            pipeline.hset(key, name, value)
                    pipeline.expire(key, self.seconds + MARGIN)
                pipeline.execute()
        except RedisError:
            for key, records in self._waiting.items():
                self._written[key] = self._written.get(key, {}) | records
            self._waiting = self._written
            raise
        finally:
            self._written = {}

    def _unwritten(self, key: str) -> dict[str, bytes | None]:
        return self._written.get(key, {}) | self._waiting.get(key, {})

    def _put(self, key: str, name: str, value: bytes | None) -> None:
        self._waiting.setdefault(key, {})[name] = value
        if len(self._waiting) > MAX_WAITING:
            del self._waiting[next(iter(self._waiting))]
        self._changed.set()


def _requests(stored: list[Any] | None) -> list[Message] | None:
    return None if stored is None else [(name, argument) for name, argument in stored]


def key_of(*parts: str) -> str:
    """Return the key of what `parts` identify, without disclosing them."""
    return f"metaia:recovery:{hashlib.sha256(' '.join(parts).encode()).hexdigest()}"
