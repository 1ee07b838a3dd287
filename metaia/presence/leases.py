"""Leases in Redis: which users are connected to any process.

Each process renews the leases of the users connected to it, and a user is online while a lease runs. So a killed
process leaves its users online for LEASE seconds at most, and a user that reconnects within a lease was never offline.
Every change is one Redis transaction or script: a listed or busy user always has a lease. In this module a
user is written as "role id".
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

from redis import Redis

LEASE = 20.0  # seconds
KEY = "metaia:presence:leases"  # sorted set: user → end of the lease
LISTED = "metaia:presence:listed"  # user → 0: Redis sorts members of equal score alphabetically
BUSY = "metaia:presence:busy"  # user → 0
BATCH = 500  # users in one command: Redis serves no other client while it runs
_END_EXPIRED = f"""
local expired = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, {BATCH})
for _, user in ipairs(expired) do
    for _, key in ipairs(KEYS) do redis.call('ZREM', key, user) end
end
return expired
"""


class Leases:
    """The leases of all processes. Every method raises RedisError."""

    def __init__(self, redis: Redis) -> None:
        self.redis = redis
        self._end_expired = redis.register_script(_END_EXPIRED)

    def renew(self, users: Iterable[str]) -> list[str]:
        """Renew the leases of `users`; return those that had none."""
        listed, added = list(users), []
        for start in range(0, len(listed), BATCH):
            batch = listed[start : start + BATCH]
            with self.redis.pipeline() as pipe:
                pipe.zmscore(KEY, batch)
                _lease(pipe, batch)
                before = pipe.execute()[0]
            added += [user for user, until in zip(batch, before, strict=True) if until is None]
        return added

    def set_busy(self, user: str, *, busy: bool) -> bool:
        """Store whether a user is busy, and renew their lease; return whether they had none."""
        with self.redis.pipeline() as pipe:
            pipe.zmscore(KEY, [user])
            _lease(pipe, [user])
            if busy:
                pipe.zadd(BUSY, {user: 0})
            else:
                pipe.zrem(BUSY, user)
            ((before,), *_) = pipe.execute()
        return before is None

    def end_expired(self) -> list[str]:
        """Delete the leases that have run out; return their users. One call, in one process, gets each of them."""
        users: list[str] = []
        while expired := self._end_expired(keys=[KEY, LISTED, BUSY], args=[time.time()]):
            users += [user.decode() for user in expired]
        return users

    def statuses(self, users: list[str]) -> list[str]:
        """Return `online`, `offline` or `busy` for each of `users`."""
        if not users:
            return []
        with self.redis.pipeline() as pipe:
            pipe.zmscore(KEY, users)
            pipe.zmscore(BUSY, users)
            leases, busy = pipe.execute()
        now = time.time()
        return [
            "offline" if until is None or until <= now else "online" if mark is None else "busy"
            for until, mark in zip(leases, busy, strict=True)
        ]

    def counts(self, roles: Iterable[str]) -> dict[str, int]:
        """Return how many users of each of `roles` have a lease."""
        listed = list(roles)
        with self.redis.pipeline(transaction=False) as pipe:
            for role in listed:
                pipe.zlexcount(LISTED, f"[{role} ", f"[{role} \xff")
            return dict(zip(listed, pipe.execute(), strict=True))

    def count(self, prefixes: Iterable[str]) -> int:
        """Return the number of users with a lease that start with one of `prefixes`."""
        with self.redis.pipeline(transaction=False) as pipe:
            for start in prefixes:
                pipe.zlexcount(LISTED, f"[{start}", f"[{start}\xff")
            return sum(pipe.execute())

    def page(self, prefixes: Iterable[str], *, after: str | None, limit: int) -> list[str]:
        """Return up to `limit` users after `after`, in order, of those that start with one of `prefixes`."""
        with self.redis.pipeline(transaction=False) as pipe:
            for start in sorted(prefixes):
                since = f"[{start}" if after is None or after < start else f"({after}"
                pipe.zrangebylex(LISTED, since, f"[{start}\xff", 0, limit)
            return [user.decode() for found in pipe.execute() for user in found][:limit]


def _lease(pipe: Any, users: list[str]) -> None:
    pipe.zadd(KEY, dict.fromkeys(users, time.time() + LEASE))
    pipe.zadd(LISTED, dict.fromkeys(users, 0))
