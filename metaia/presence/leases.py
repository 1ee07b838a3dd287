"""Who is connected, over all processes: leases in Redis, so that a killed process leaves nobody online for long.

Each process renews the lease of every user it holds; a user is online while a lease runs. Who reconnects within a
lease was never offline. Every change is atomic, so whoever is listed or busy has a lease. People are "role id".
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

from redis import Redis

LEASE = 20.0  # seconds
KEY = "metaia:presence:leases"  # sorted set: person → when the lease ends
LISTED = "metaia:presence:listed"  # person → 0: Redis keeps equal scores in the order of the alphabet
BUSY = "metaia:presence:busy"  # person → 0
AT_ONCE = 500  # people in one command, which others wait for
_END = f"""
local ended = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, {AT_ONCE})
for _, who in ipairs(ended) do
    for _, key in ipairs(KEYS) do redis.call('ZREM', key, who) end
end
return ended
"""


class Leases:
    """The leases of all processes. Every method raises RedisError."""

    def __init__(self, redis: Redis) -> None:
        self.redis = redis
        self._end = redis.register_script(_END)

    def renew(self, people: Iterable[str]) -> list[str]:
        """Renew the leases of `people`; return those who had none."""
        listed, came = list(people), []
        for start in range(0, len(listed), AT_ONCE):
            some = listed[start : start + AT_ONCE]
            with self.redis.pipeline() as pipe:
                pipe.zmscore(KEY, some)
                _lease(pipe, some)
                before = pipe.execute()[0]
            came += [who for who, until in zip(some, before, strict=True) if until is None]
        return came

    def set_busy(self, who: str, *, busy: bool) -> bool:
        """Say whether somebody is busy, which is a sign of life too; return whether they had no lease."""
        with self.redis.pipeline() as pipe:
            pipe.zmscore(KEY, [who])
            _lease(pipe, [who])
            if busy:
                pipe.zadd(BUSY, {who: 0})
            else:
                pipe.zrem(BUSY, who)
            ((before,), *_) = pipe.execute()
        return before is None

    def end(self) -> list[str]:
        """Return those whose lease has ended since the last time somebody asked."""
        gone: list[str] = []
        while ended := self._end(keys=[KEY, LISTED, BUSY], args=[time.time()]):
            gone += [who.decode() for who in ended]
        return gone

    def statuses(self, people: list[str]) -> list[str]:
        """Return for each of `people` whether they are online, offline or busy."""
        if not people:
            return []
        with self.redis.pipeline() as pipe:
            pipe.zmscore(KEY, people)
            pipe.zmscore(BUSY, people)
            leases, busy = pipe.execute()
        now = time.time()
        return [
            "offline" if until is None or until <= now else "online" if mark is None else "busy"
            for until, mark in zip(leases, busy, strict=True)
        ]

    def page(self, beginnings: Iterable[str], *, after: str | None, limit: int) -> list[str]:
        """Return up to `limit` people after `after`, in order, whose "role id" begins with one of `beginnings`."""
        with self.redis.pipeline(transaction=False) as pipe:
            for start in sorted(beginnings):
                since = f"[{start}" if after is None or after < start else f"({after}"
                pipe.zrangebylex(LISTED, since, f"[{start}\xff", 0, limit)
            return [who.decode() for some in pipe.execute() for who in some][:limit]


def _lease(pipe: Any, people: list[str]) -> None:
    pipe.zadd(KEY, dict.fromkeys(people, time.time() + LEASE))
    pipe.zadd(LISTED, dict.fromkeys(people, 0))
