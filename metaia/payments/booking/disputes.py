"""The disputes that a set of facts contains. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from metaia.payments import facts as fact_sets
from metaia.payments.facts import Attempt
from metaia.providers.payments.facts import DisputeFact, Fact, FundsFact

OPEN = frozenset({"open", "under_review"})


@dataclass(frozen=True, slots=True)
class Dispute:
    """A dispute. `outstanding` are the withdrawals that the provider has not given back.

    `refundable`: the provider states that a refund is possible while the dispute is open, and has taken no money.
    """

    key: str
    attempt: Attempt
    amount: int
    currency: str
    status: str
    reason: str | None
    refundable: bool
    opened_at: datetime
    decided_at: datetime | None
    movements: tuple[FundsFact, ...]
    outstanding: tuple[FundsFact, ...]

    def within(self, captured: Mapping[Attempt, int], currency: str) -> int:
        """Return its amount in `currency`, in which the attempts are captured: of another one, the whole attempt."""
        return self.amount if self.currency == currency else captured.get(self.attempt, 0)


def disputes(facts: Iterable[Fact]) -> tuple[Dispute, ...]:
    """Return the disputes of a set of facts. One of which only movements of money are known is open."""
    grouped: dict[tuple[str, str], list[DisputeFact | FundsFact]] = {}
    for fact in fact_sets.distinct(facts):
        if isinstance(fact, DisputeFact):
            grouped.setdefault((fact.provider, fact.reference), []).append(fact)
        elif isinstance(fact, FundsFact):
            grouped.setdefault((fact.provider, fact.dispute), []).append(fact)
    found = [_dispute(":".join(key), group) for key, group in grouped.items()]
    return tuple(sorted(found, key=lambda dispute: (dispute.opened_at, dispute.key)))


def _dispute(key: str, group: list[DisputeFact | FundsFact]) -> Dispute:
    stated, movements = fact_sets.of_kind(group, DisputeFact), fact_sets.of_kind(group, FundsFact)
    first: DisputeFact | FundsFact = (stated or movements)[0]
    status, decided_at = _decision(stated, movements)
    return Dispute(
        key=key,
        attempt=(first.provider, first.attempt),
        amount=first.amount,
        currency=first.currency,
        status=status,
        reason=next((fact.reason for fact in stated if fact.reason), None),
        refundable=any(fact.refundable for fact in stated) and not movements,
        opened_at=group[0].at,
        decided_at=decided_at,
        movements=movements,
        outstanding=_outstanding(movements),
    )


def _decision(
    stated: tuple[DisputeFact, ...], movements: tuple[FundsFact, ...]
) -> tuple[str, datetime | None]:
    """Return the latest decision and its time; of two at the same time the worse one.

    A decision is turned by money: a provider that gives back has decided for us, one that takes again against us.
    """
    decisions = [(fact.at, fact.status == "lost", fact.status) for fact in stated if fact.status not in OPEN]
    decisions += [(each.at, False, "won") for each in movements if each.status == "reinstated"]
    for_us = [at for at, lost, _ in decisions if not lost]
    decisions += [
        (each.at, True, "lost")
        for each in movements
        if each.status != "reinstated" and any(at < each.at for at in for_us)
    ]
    if decisions:
        at, _, status = max(decisions)
        return status, at
    reviewed = any(fact.status == "under_review" for fact in stated)
    return ("under_review" if reviewed else "open"), None


def _outstanding(movements: tuple[FundsFact, ...]) -> tuple[FundsFact, ...]:
    withdrawn = [each for each in movements if each.status != "reinstated"]
    return tuple(withdrawn[len(movements) - len(withdrawn) :])
