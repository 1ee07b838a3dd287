"""Counts for rate limits: each process counts for itself at once, and settles with the others through Redis soon after.

So no request waits for Redis, and while it is away every process goes on counting by itself. The price: after the first
request of a window a process knows of what the others counted only when it has settled, `EVERY` seconds later.
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

STRATEGY = "settled"
EVERY, AFTER_FAILURE = 0.1, 1.0  # seconds
ROUND = 10.0  # seconds
AT_ONCE = 500  # keys in one call, which stops Redis for a millisecond
SETTLE = """
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
    """What is counted under one key until `ends`, in seconds since the epoch: `settled` by all, `own` not told yet."""

    ends: float
    settled: int = 0
    own: int = 0


class Settled(FixedWindowRateLimiter):
    """Fixed windows that begin with the first request, for Flask-Limiter."""

    def __init__(self, storage: Any) -> None:
        super().__init__(storage)
        self._windows: dict[str, Window] = {}
        self._untold: set[str] = set()
        self._something = Event()
        self._redis: Any = storage if isinstance(storage, RedisStorage) else None
        self._ask: Any = storage.storage.register_script(SETTLE) if self._redis else None
        self._settling: Any = None

    def hit(self, item: RateLimitItem, *identifiers: str, cost: int = 1) -> bool:
        """Count a request; return whether it is within the limit."""
        key = item.key_for(*identifiers)
        window = self._current(key)
        if window is None:
            window = self._windows[key] = Window(time.time() + item.get_expiry())
        window.own += cost
        self._tell(key)
        return window.settled + window.own <= item.amount

    def test(self, item: RateLimitItem, *identifiers: str, cost: int = 1) -> bool:
        """Return whether a request would be within the limit."""
        return self.get_window_stats(item, *identifiers).remaining >= cost

    def get_window_stats(self, item: RateLimitItem, *identifiers: str) -> WindowStats:
        """Return when the window ends, in seconds since the epoch, and how many requests are left in it."""
        window = self._current(item.key_for(*identifiers))
        if window is None:
            return WindowStats(time.time() + item.get_expiry(), item.amount)
        return WindowStats(window.ends, max(0, item.amount - window.settled - window.own))

    def settle(self) -> None:
        """Tell Redis what was counted here, and learn what all have counted. Raises RedisError."""
        keys = list(self._untold)[:AT_ONCE]
        self._untold.difference_update(keys)
        told = {key: window for key in keys if (window := self._current(key))}
        owns, moment = [window.own for window in told.values()], time.time()
        left = [int((window.ends - moment) * 1000) + 1 for window in told.values()]
        numbers = [number for pair in zip(owns, left, strict=True) for number in pair]
        try:
            answers = self._ask([self._redis.prefixed_key(key) for key in told], numbers)
        except RedisError:
            self._untold.update(told)
            raise
        moment = time.time()
        for window, own, (count, milliseconds) in zip(told.values(), owns, answers, strict=True):
            window.settled, window.own, window.ends = count, window.own - own, moment + milliseconds / 1000

    def forget(self) -> None:
        """Drop the windows that are over."""
        moment = time.time()
        for key in [key for key, window in self._windows.items() if window.ends <= moment]:
            del self._windows[key]

    def _current(self, key: str) -> Window | None:
        window = self._windows.get(key)
        return window if window is not None and window.ends > time.time() else None

    def _tell(self, key: str) -> None:
        self._untold.add(key)
        self._something.set()
        if self._redis is not None and (self._settling is None or self._settling.dead):
            self._settling = gevent.spawn(self._settle_for_ever)

    def _settle_for_ever(self) -> None:
        away, next_round = False, 0.0
        while True:
            self._something.wait()
            gevent.sleep(AFTER_FAILURE if away else EVERY)
            if time.monotonic() > next_round:  # not each time: it looks at all of them
                self.forget()
                next_round = time.monotonic() + ROUND
            try:
                self.settle()
            except RedisError as error:
                if not away:
                    logger.warning("rate limits count per process: Redis is away", error=str(error))
                away = True
                continue
            away = False
            if not self._untold:
                self._something.clear()


STRATEGIES[STRATEGY] = Settled
