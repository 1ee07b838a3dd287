"""Histories of three orders in three currencies, for Hypothesis to choose."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from hypothesis import strategies as st

from tests.chaos.shops import CALLS, COMMITS

CURRENCIES = {"INR": "razorpay", "JPY": "stripe", "KWD": "stripe"}  # with the provider that takes them
SENDING = ("refund_sent", "refund_claimed", "refund_taken")  # fault points of a worker that sends a refund
choice = st.sampled_from


@dataclass(frozen=True)
class Life:
    """What happens to an order and its payment. Amounts are tens of minor units, which all providers take."""

    currency: str
    tens: int
    pays: str  # captured, authorized, or captured after an attempt that failed
    verifies: bool  # the customer's page asks whether it is paid
    captures: bool  # an admin captures what is authorized
    ends: str
    refund: str  # asked by an admin, or made in the provider's dashboard
    percent: int  # of the payment that is refunded, or disputed
    dispute: str  # its end
    early: bool  # refund and dispute come before the end of the order
    returns: bool  # a refund comes back after it was processed

    @property
    def total(self) -> int:
        """The price in minor units."""
        return self.tens * 10

    @property
    def part(self) -> int:
        """What is refunded before the end of the order, in minor units."""
        return max(1, self.tens * self.percent // 100) * 10


@dataclass(frozen=True)
class History:
    """Three orders, the points at which a web process and a worker die, and the chances of webhooks."""

    lives: tuple[Life, ...]
    web: str
    worker: str
    chance: Random


def _lives(currency: str) -> st.SearchStrategy[Life]:
    return st.builds(
        Life,
        currency=st.just(currency),
        tens=st.integers(50, 5000),
        pays=choice(["captured", "failed", "authorized"]),
        verifies=st.booleans(),
        captures=st.booleans(),
        ends=choice(["reject", "complete", "stay"]),
        refund=choice(["asked", "dashboard", "none"]),
        percent=choice([30, 7, 100]),
        dispute=choice(["won", "lost", "open", "none"]),
        early=st.booleans(),
        returns=st.booleans(),
    )


def histories() -> st.SearchStrategy[History]:
    """Return a strategy of histories."""
    return st.builds(
        History,
        lives=st.tuples(*map(_lives, CURRENCIES)),
        web=choice([*CALLS, *COMMITS]),
        worker=choice([*SENDING, *COMMITS]),
        chance=st.randoms(use_true_random=True),
    )
