"""Histories of three orders and three bookings in three currencies, for Hypothesis to choose."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from hypothesis import strategies as st

from tests.chaos.shops import CALLS, COMMITS

CURRENCIES = {"INR": "razorpay", "JPY": "stripe", "KWD": "stripe"}  # with the provider that takes them
SENDING = ("refund_sent", "refund_claimed", "refund_taken")  # fault points of a worker that sends a refund
PAYING_OUT = "payout_sent"  # the fault point of a worker that sends a payout
ENDS = ("complete", "cancel", "reject", "stay")
choice = st.sampled_from


@dataclass(frozen=True)
class Visit:
    """What happens to a booking only."""

    deposit: bool  # half of the price is paid
    on_request: bool  # its partner confirms it
    late: bool  # its time is not kept any more when it is paid
    taken: bool  # and another customer has it
    fee: bool  # its customer cancels when that costs a part of the price
    absent: bool  # it ends without its customer


@dataclass(frozen=True)
class Life:
    """What happens to an order or a booking, and its payment. Amounts are tens of minor units, for all providers."""

    currency: str
    tens: int
    pays: str  # captured, authorized, or captured after an attempt that failed
    verifies: bool  # the customer's page asks whether it is paid
    captures: bool  # an admin captures what is authorized
    ends: str  # completed, cancelled by its customer, rejected by its partner, or not at all
    refund: str  # asked by an admin, or made in the provider's dashboard
    percent: int  # of the payment that is refunded, or disputed; of the price that a late cancellation costs
    dispute: str  # its end
    early: bool  # refund and dispute come before the end of the order
    returns: bool  # a refund comes back after it was processed
    visit: Visit | None  # of a booking

    @property
    def total(self) -> int:
        """What is paid, in minor units."""
        return self.tens * 10

    @property
    def price(self) -> int:
        """The price in minor units."""
        return self.total * (2 if self.visit and self.visit.deposit else 1)

    @property
    def part(self) -> int:
        """What is refunded or disputed, in minor units."""
        return max(1, self.tens * self.percent // 100) * 10


@dataclass(frozen=True)
class History:
    """What is sold, the points at which a web process and a worker die, and the chances of webhooks and payouts."""

    lives: tuple[Life, ...]
    web: str
    worker: str
    chance: Random


def _lives(currency: str, *, booked: bool) -> st.SearchStrategy[Life]:
    visit = st.builds(Visit, *[st.booleans()] * 6) if booked else st.none()
    return st.builds(
        Life,
        currency=st.just(currency),
        tens=st.integers(50, 5000),
        pays=choice(["captured", "failed", "authorized"]),
        verifies=st.booleans(),
        captures=st.booleans(),
        ends=choice(ENDS),
        refund=choice(["asked", "dashboard", "none"]),
        percent=choice([30, 7, 100]),
        dispute=choice(["won", "lost", "open", "none"]),
        early=st.booleans(),
        returns=st.booleans(),
        visit=visit,
    )


def histories() -> st.SearchStrategy[History]:
    """Return a strategy of histories."""
    lives = [_lives(currency, booked=booked) for booked in (False, True) for currency in CURRENCIES]
    return st.builds(
        History,
        lives=st.tuples(*lives),
        web=choice([*CALLS, *COMMITS]),
        worker=choice([*SENDING, PAYING_OUT, *COMMITS]),
        chance=st.randoms(use_true_random=True),
    )
