"""The last positions of couriers: in Redis only, for two minutes.

Members of a GEO set do not expire. So each position has an entry in a sorted set of times, and both are deleted
together. `SEEN` outlives them: it shows for how long a courier has been silent.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from redis import Redis

from metaia.core.geo import Point

PLACES = "metaia:couriers:places"  # GEO set: courier → place
TIMES = "metaia:couriers:times"  # sorted set: courier → time of the position, in seconds
SEEN = "metaia:couriers:seen"  # the same, for longer
SHOWN = "metaia:couriers:shown:"  # and an order: its position was sent within the last seconds
SINCE = "metaia:couriers:since"  # since when these keys are kept
FRESH = 120.0  # seconds
REMEMBERED = 3600.0  # seconds
SHOW_EVERY = 3000  # milliseconds, for each order
MOST = 200
_PUT = """
local before = redis.call('ZSCORE', KEYS[2], ARGV[1])
if before and tonumber(before) >= tonumber(ARGV[4]) then return 0 end
redis.call('GEOADD', KEYS[1], ARGV[2], ARGV[3], ARGV[1])
redis.call('ZADD', KEYS[2], ARGV[4], ARGV[1])
redis.call('ZADD', KEYS[3], ARGV[4], ARGV[1])
for _, old in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', ARGV[5], 'LIMIT', 0, 50)) do
    redis.call('ZREM', KEYS[1], old)
    redis.call('ZREM', KEYS[2], old)
end
redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', ARGV[6])
return 1
"""


@dataclass(frozen=True, slots=True)
class Near:
    """A courier near a place."""

    courier_id: str
    metres: float


class Positions:
    """The positions of all couriers. Every method raises RedisError."""

    def __init__(self, redis: Redis) -> None:
        self.redis = redis
        self._put = redis.register_script(_PUT)

    def put(self, courier_id: str, point: Point, at: float) -> bool:
        """Store a position of the time `at`; return whether it is newer than the stored one."""
        moment = time.time()
        arguments: list[str | float] = [
            courier_id,
            point.lng,
            point.lat,
            at,
            moment - FRESH,
            moment - REMEMBERED,
        ]
        return bool(self._put(keys=[PLACES, TIMES, SEEN], args=arguments))

    def forget(self, courier_id: str) -> None:
        """Delete what is known about a courier."""
        with self.redis.pipeline() as pipe:
            for key in (PLACES, TIMES, SEEN):
                pipe.zrem(key, courier_id)
            pipe.execute()

    def hide(self, courier_id: str) -> None:
        """Delete the position of a courier, but not when it was sent: orders of a courier off shift go on."""
        with self.redis.pipeline() as pipe:
            for key in (PLACES, TIMES):
                pipe.zrem(key, courier_id)
            pipe.execute()

    def of(self, courier_ids: Sequence[str]) -> dict[str, Point]:
        """Return the fresh positions of couriers."""
        if not courier_ids:
            return {}
        with self.redis.pipeline() as pipe:
            pipe.geopos(PLACES, *courier_ids)
            pipe.zmscore(TIMES, [*courier_ids])
            places, times = pipe.execute()
        since = time.time() - FRESH
        return {
            courier_id: Point(place[1], place[0])
            for courier_id, place, at in zip(courier_ids, places, times, strict=True)
            if place is not None and at is not None and at >= since
        }

    def near(self, point: Point, kilometres: float, limit: int = MOST) -> list[Near]:
        """Return couriers with a fresh position around a place, the nearest first."""
        found: Any = self.redis.geosearch(
            PLACES, longitude=point.lng, latitude=point.lat, radius=kilometres, unit="km", sort="ASC",
            count=limit, withdist=True,
        )  # fmt: skip
        fresh = self._fresh([name.decode() for name, _ in found])
        return [Near(name.decode(), away * 1000) for name, away in found if name.decode() in fresh]

    def last_seen(self, courier_ids: Sequence[str]) -> dict[str, float]:
        """Return when couriers sent their last positions, in seconds; those of the last hour."""
        if not courier_ids:
            return {}
        times = self.redis.zmscore(SEEN, [*courier_ids])
        return {name: at for name, at in zip(courier_ids, times, strict=True) if at is not None}

    def kept_since(self) -> float:
        """Return since when positions are kept: an emptied Redis knows no courier, and none of them is lost."""
        self.redis.set(SINCE, time.time(), nx=True)
        return float(self.redis.get(SINCE) or time.time())

    def may_show(self, order_id: str) -> bool:
        """Return whether a position may be sent to the parties of an order now, and take the turn."""
        return bool(self.redis.set(SHOWN + order_id, 1, px=SHOW_EVERY, nx=True))

    def _fresh(self, courier_ids: Sequence[str]) -> Collection[str]:
        if not courier_ids:
            return ()
        times, since = self.redis.zmscore(TIMES, [*courier_ids]), time.time() - FRESH
        return {name for name, at in zip(courier_ids, times, strict=True) if at is not None and at >= since}
