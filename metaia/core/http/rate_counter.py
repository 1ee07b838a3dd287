"""Counters of rate limits: each process counts locally, and adds its counts to Redis every SYNC_SECONDS.

So no request waits for Redis, and while Redis cannot be reached each process continues to count by itself. The cost:
the counts of other processes arrive up to SYNC_SECONDS late.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import gevent
import structlog
from gevent.event import Event
from limits import RateLimitItem
from limits.storage import RedisStorage
from limits.strategies import STRATEGIES, FixedWindowRateLimiter
from limits.util import WindowStats
from redis.exceptions import RedisError

STRATEGY = "local-first-fixed-window"
SYNC_SECONDS, RETRY_SECONDS, CLEANUP_SECONDS = 0.1, 1.0, 10.0
MAX_KEYS = 500  # keys per call, which blocks Redis for a millisecond
SYNC_SCRIPT = """
local answers = {}
for i, key in ipairs(KEYS) do
    local count = redis.call('INCRBY', key, ARGV[2 * i - 1])
    local left = redis.call('PTTL', key)
    if left < 0 then
        left = tonumber(ARGV[2 * i])
        redis.call('PEXPIRE', key, left)
    end
    answers[i] = {count, left}
end
return answers
"""
logger = structlog.get_logger(__name__)


@dataclass(slots=True)
class Window:
    """The counts of one key until `ends` (seconds since the epoch).

    `total` is the count in Redis at the last sync, `unsynced` the local count since then.
    """

    ends: float
    total: int = 0
    unsynced: int = 0


class LocalFirstFixedWindow(FixedWindowRateLimiter):
    """A strategy for Flask-Limiter: fixed windows that start with the first request, counted locally first."""

    def __init__(self, storage: Any) -> None:
        super().__init__(storage)
        self._windows: dict[str, Window] = {}
        self._unsynced: set[str] = set()
        self._changed = Event()
        self._redis: Any = storage if isinstance(storage, RedisStorage) else None
        self._script: Any = storage.storage.register_script(SYNC_SCRIPT) if self._redis else None
        self._syncing: Any = None

    def hit(self, item: RateLimitItem, *identifiers: str, cost: int = 1) -> bool:
        """Count a request, and return whether it is within the limit."""
        key = item.key_for(*identifiers)
        window = self._current(key)
        if window is None:
            window = self._windows[key] = Window(time.time() + item.get_expiry())
        window.unsynced += cost
        self._mark_unsynced(key)
        return window.total + window.unsynced <= item.amount

    def test(self, item: RateLimitItem, *identifiers: str, cost: int = 1) -> bool:
        """Return whether a request would be within the limit."""
        return self.get_window_stats(item, *identifiers).remaining >= cost

    def get_window_stats(self, item: RateLimitItem, *identifiers: str) -> WindowStats:
        """Return the end of the window in seconds since the epoch, and the number of requests left in it."""
        window = self._current(item.key_for(*identifiers))
        if window is None:
            return WindowStats(time.time() + item.get_expiry(), item.amount)
        return WindowStats(window.ends, max(0, item.amount - window.total - window.unsynced))

    def sync(self) -> None:
        """Add the local counts to Redis, and read the totals of all processes. Raises RedisError."""
        keys = list(self._unsynced)[:MAX_KEYS]
        self._unsynced.difference_update(keys)
        windows = {key: window for key in keys if (window := self._current(key))}
        counts, moment = [window.unsynced for window in windows.values()], time.time()
        lifetimes = [int((window.ends - moment) * 1000) + 1 for window in windows.values()]
        numbers = [number for pair in zip(counts, lifetimes, strict=True) for number in pair]
        try:
            answers = self._script([self._redis.prefixed_key(key) for key in windows], numbers)
        except RedisError:
            self._unsynced.update(windows)
            raise
        moment = time.time()
        for window, count, (total, milliseconds) in zip(windows.values(), counts, answers, strict=True):
            window.total, window.unsynced = total, window.unsynced - count
            window.ends = moment + milliseconds / 1000

    def drop_ended(self) -> None:
        """Delete the windows that have ended."""
        moment = time.time()
        for key in [key for key, window in self._windows.items() if window.ends <= moment]:
            del self._windows[key]

    def _current(self, key: str) -> Window | None:
        window = self._windows.get(key)
        return window if window is not None and window.ends > time.time() else None

    def _mark_unsynced(self, key: str) -> None:
        self._unsynced.add(key)
        self._changed.set()
        if self._redis is not None and (self._syncing is None or self._syncing.dead):
            self._syncing = gevent.spawn(self._sync_forever)

    def _sync_forever(self) -> None:
        away, next_round = False, 0.0
        while True:
            self._changed.wait()
            gevent.sleep(RETRY_SECONDS if away else SYNC_SECONDS)
            if time.monotonic() > next_round:  # not at each sync: it scans all windows
                self.drop_ended()
                next_round = time.monotonic() + CLEANUP_SECONDS
            try:
                self.sync()
            except RedisError as error:
                if not away:
                    logger.warning("rate limits count per process: Redis cannot be reached", error=str(error))
                away = True
                continue
            away = False
            if not self._unsynced:
                self._changed.clear()


STRATEGIES[STRATEGY] = LocalFirstFixedWindow
