"""What can be refunded of each attempt of a payment. Pure; amounts are in minor units."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from metaia.payments import facts as fact_sets
from metaia.payments.booking.disputes import OPEN, disputes
from metaia.payments.booking.refunds import RESERVED, refunds
from metaia.payments.facts import Attempt
from metaia.providers.payments.facts import CASH, Fact


@dataclass(frozen=True, slots=True)
class Refundable:
    """`left` is what has not left the captured attempts yet; `free` is what a refund of each may be now at most."""

    left: dict[Attempt, int]
    free: dict[Attempt, int]


def refundable(facts: Iterable[Fact]) -> Refundable:
    """Return the attempts of which something is left. Cash has none, as no provider can refund it.

    A refund counts unless it has failed or was cancelled. A lost dispute has taken its amount. While a dispute is open
    nothing is refunded, unless the provider states that it can be.
    """
    known = fact_sets.distinct(facts)
    found, taken = disputes(known), defaultdict[Attempt, int](int)
    for refund in refunds(known):
        if refund.status in RESERVED | {"processed"}:
            taken[refund.attempt] += refund.amount
    for dispute in found:
        if dispute.status == "lost":
            taken[dispute.attempt] += dispute.amount
    captured = {attempt: fact.amount for attempt, fact in fact_sets.captures(known).items()}
    left = {
        attempt: amount - taken[attempt]
        for attempt, amount in captured.items()
        if amount > taken[attempt] and attempt[0] != CASH
    }
    blocked = {each.attempt for each in found if each.status in OPEN and not each.refundable}
    return Refundable(left, {attempt: amount for attempt, amount in left.items() if attempt not in blocked})
