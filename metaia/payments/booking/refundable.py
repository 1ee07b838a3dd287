"""What can be refunded of each attempt of a payment. Pure; amounts are in minor units."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from metaia.payments import facts as fact_sets
from metaia.payments.booking.disputes import OPEN, disputes
from metaia.payments.booking.refunds import RESERVED, refunds
from metaia.payments.facts import Attempt
from metaia.providers.payments.facts import CASH, Fact


@dataclass(frozen=True, slots=True)
class Refundable:
    """`left` is what has not left the captured attempts yet; `free` is what a refund of each may be now at most.

    Both begin with the attempt that was captured last.
    """

    left: dict[Attempt, int]
    free: dict[Attempt, int]


def refundable(facts: Iterable[Fact], currency: str) -> Refundable:
    """Return the attempts in `currency` of which something is left. Cash has none, as no provider can refund it.

    A refund counts unless it has failed or was cancelled. A lost dispute has taken its amount. While a dispute is open
    nothing is refunded, unless the provider states that it can be.
    """
    stated = fact_sets.distinct(facts)
    known = fact_sets.in_currency(stated, currency)
    captured = {attempt: fact.amount for attempt, fact in fact_sets.captures(known).items()}
    found, taken = disputes(stated), defaultdict[Attempt, int](int)
    for refund in refunds(known):
        if refund.status in RESERVED | {"processed"}:
            taken[refund.attempt] += refund.amount
    for dispute in found:
        if dispute.status == "lost":
            taken[dispute.attempt] += dispute.within(captured, currency)
    left = {
        attempt: amount - taken[attempt]
        for attempt, amount in reversed(captured.items())
        if amount > taken[attempt] and attempt[0] != CASH
    }
    blocked = {each.attempt for each in found if each.status in OPEN and not each.refundable}
    return Refundable(left, {attempt: amount for attempt, amount in left.items() if attempt not in blocked})


def split(amount: int, free: Mapping[Attempt, int]) -> dict[Attempt, int]:
    """Return what is taken of each attempt for a refund of `amount`; nothing if they have less.

    One attempt is enough if it can be: of those the one with the least. Else they are taken in the order of `free`.
    """
    enough = [(left, attempt) for attempt, left in free.items() if left >= amount]
    return {min(enough)[1]: amount} if enough else split_in_order(amount, free)


def split_in_order(amount: int, free: Mapping[Attempt, int]) -> dict[Attempt, int]:
    """Return what is taken of each attempt if they are taken in the order of `free`; nothing if they have less."""
    parts, rest = {}, amount
    for attempt, left in free.items():
        parts[attempt] = min(left, rest)
        rest -= parts[attempt]
    return {} if rest else {attempt: part for attempt, part in parts.items() if part}
