"""Sets of facts: without repetitions, and in one order whatever the order of their arrival. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from metaia.providers.payments.facts import AttemptFact, DisputeFact, Fact, FundsFact, Key, RefundFact

AnyFact = TypeVar("AnyFact", bound=Fact)
ABOUT = (RefundFact, DisputeFact, FundsFact)  # these name their attempt
Attempt = tuple[str, str]  # the provider, and its reference


def distinct(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """Return one fact of each key, the earliest statement, sorted by time and key."""
    found: dict[Key, Fact] = {}
    for fact in facts:
        known = found.get(fact.key)
        if known is None or _rank(fact) < _rank(known):
            found[fact.key] = fact
    return tuple(sorted(found.values(), key=lambda fact: (fact.at, fact.key)))


def of_kind(facts: Iterable[Fact], kind: type[AnyFact]) -> tuple[AnyFact, ...]:
    """Return the facts of one kind, in their order."""
    return tuple(fact for fact in facts if isinstance(fact, kind))


def in_currency(facts: Iterable[Fact], currency: str) -> tuple[Fact, ...]:
    """Return the facts in one currency, in their order."""
    return tuple(fact for fact in facts if fact.currency == currency)


def attempt_of(fact: Fact) -> Attempt:
    """Return the attempt that a fact is about."""
    return (fact.provider, fact.attempt if isinstance(fact, ABOUT) else fact.reference)


def captures(facts: Iterable[Fact]) -> dict[Attempt, AttemptFact]:
    """Return the captured attempts. An attempt is captured at most once."""
    attempts = of_kind(facts, AttemptFact)
    return {(each.provider, each.reference): each for each in attempts if each.status == "captured"}


def _rank(fact: Fact) -> tuple[object, ...]:
    """Two statements of one fact may differ: the one with the earlier time counts, then by content."""
    return (fact.at, fact.amount, repr(fact))
