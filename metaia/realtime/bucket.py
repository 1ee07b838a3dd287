"""A token bucket: so many at once, so many a second steadily."""

from __future__ import annotations

import time

from metaia.core.errors import TooMany


class Bucket:
    """Counts what one client, or one user, does."""

    __slots__ = ("burst", "filled", "per_second", "tokens")

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
