"""How long failures delay the next login. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, log2


@dataclass(frozen=True)
class Schedule:
    """Exponential backoff: no delay for `free` failures, then 1 second, doubled by each failure up to `max_wait`.

    Times are in seconds. The count decays by one failure every `decay` seconds, so that the mistakes of many people
    behind one address do not add up for ever.
    """

    free: int
    max_wait: int
    decay: int

    @property
    def max_count(self) -> int:
        """Return the count of the longest delay; further failures do not increase it."""
        return self.free + 1 + ceil(log2(self.max_wait))

    def after_failure(self, count: float, seconds: float) -> float:
        """Return the count after one more failure, `seconds` after the failure that made it `count`."""
        remaining = max(0.0, count - max(0.0, seconds) / self.decay)
        return min(remaining + 1, self.max_count)

    def wait(self, count: float) -> int:
        """Return the delay in seconds after a failure that made the count `count`."""
        beyond = ceil(count) - self.free
        return min(2 ** (beyond - 1), self.max_wait) if beyond > 0 else 0


PAIR = Schedule(free=3, max_wait=900, decay=3600)  # an account from one network
ADDRESS = Schedule(free=20, max_wait=900, decay=180)  # a network, whatever the account
# An account from everywhere. Short, so that strangers cannot lock it for long.
ACCOUNT = Schedule(free=10, max_wait=30, decay=180)
# The codes of an account's second factor. Long, because only a client with the right password gets there.
CODE = Schedule(free=5, max_wait=900, decay=3600)
