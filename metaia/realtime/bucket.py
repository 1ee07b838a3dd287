"""Token buckets: so many at once, so many a second steadily, by connection and by user."""

from __future__ import annotations

import time
from weakref import WeakValueDictionary

from metaia.core.errors import TooMany


class Bucket:
    """Counts what one client, or one user, does."""

    __slots__ = ("__weakref__", "burst", "filled", "per_second", "tokens")

    def __init__(self, burst: float, per_second: float) -> None:
        self.burst, self.per_second = burst, per_second
        self.tokens, self.filled = burst, time.monotonic()

    def take(self) -> None:
        """Take one token. Raises TooMany when there is none."""
        moment = time.monotonic()
        self.tokens = min(self.burst, self.tokens + (moment - self.filled) * self.per_second)
        self.filled = moment
        if self.tokens < 1:
            raise TooMany(retry_after=1)
        self.tokens -= 1


_of_users: WeakValueDictionary[str, Bucket] = WeakValueDictionary()


def of_user(user_id: str, burst: float, per_second: float) -> Bucket:
    """Return the bucket that all connections of a user share; it lives as long as one of them holds it."""
    bucket = _of_users.get(user_id)
    if bucket is None:
        bucket = _of_users[user_id] = Bucket(burst, per_second)
    return bucket
