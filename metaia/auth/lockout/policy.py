"""How long failures make one wait: pure rules."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, log2


@dataclass(frozen=True)
class Schedule:
    """`free` failures cost nothing, the next one a second, each further one twice as much, up to `longest` seconds.

    One failure is forgotten every `forgets` seconds, so that the mistakes of many behind one address do not add up for
    ever.
    """

    free: int
    longest: int
    forgets: int

    @property
    def most(self) -> int:
        """Return the count from which on nothing gets worse."""
        return self.free + 1 + ceil(log2(self.longest))

    def after_failure(self, count: float, seconds: float) -> float:
        """Return the count after one more failure, `seconds` after the one that made it `count`."""
        remembered = max(0.0, count - max(0.0, seconds) / self.forgets)
        return min(remembered + 1, self.most)

    def wait(self, count: float) -> int:
        """Return for how many seconds nothing is tried after a failure that made the count this."""
        beyond = ceil(count) - self.free
        return min(2 ** (beyond - 1), self.longest) if beyond > 0 else 0


PAIR = Schedule(free=3, longest=900, forgets=3600)  # an account from one address
ADDRESS = Schedule(free=20, longest=900, forgets=180)  # an address, whatever the account
ACCOUNT = Schedule(
    free=10, longest=30, forgets=180
)  # an account from everywhere: strangers cannot lock it for long
CODE = Schedule(
    free=5, longest=900, forgets=3600
)  # a second factor's codes: only who has the password gets there
