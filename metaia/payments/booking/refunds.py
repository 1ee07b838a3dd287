"""The refunds that a set of facts contains. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from metaia.payments import facts as fact_sets
from metaia.payments.facts import Attempt
from metaia.providers.payments.facts import Fact, RefundFact

_RANKS = {"requested": 0, "pending": 1, "processed": 2, "cancelled": 3, "failed": 4}
RESERVED = frozenset({"requested", "pending"})


@dataclass(frozen=True, slots=True)
class Refund:
    """A refund. `key` is the key of its posting; `ended_at` is when it failed or was cancelled.

    `refund_id` is our id; None for a refund that was made in the provider's dashboard. `reference` is the provider's
    id; None until the provider has stated it.
    """

    key: str
    refund_id: str | None
    reference: str | None
    attempt: Attempt
    amount: int
    currency: str
    status: str
    begun_at: datetime
    processed_at: datetime | None
    ended_at: datetime | None
    failure: str | None

    @property
    def requested(self) -> bool:
        """Return whether we have requested it; otherwise it was made in the provider's dashboard."""
        return self.refund_id is not None


def refunds(facts: Iterable[Fact]) -> tuple[Refund, ...]:
    """Return the refunds of a set of facts, in the order in which they began."""
    grouped: dict[str, list[RefundFact]] = {}
    for fact in fact_sets.of_kind(fact_sets.distinct(facts), RefundFact):
        grouped.setdefault(_key(fact), []).append(fact)
    found = [_refund(key, group) for key, group in grouped.items()]
    return tuple(sorted(found, key=lambda refund: (refund.begun_at, refund.key)))


def _refund(key: str, group: list[RefundFact]) -> Refund:
    own = [fact for fact in group if fact.status == "requested"]
    first = (own or group)[0]
    times = {fact.status: fact.at for fact in reversed(group)}
    ended = [times[status] for status in ("failed", "cancelled") if status in times]
    return Refund(
        key=key,
        refund_id=first.refund_id,
        reference=next((fact.reference for fact in group if fact.reference != fact.refund_id), None),
        attempt=(first.provider, first.attempt),
        amount=first.amount,
        currency=first.currency,
        status=max(times, key=_RANKS.__getitem__),
        begun_at=first.at,
        processed_at=times.get("processed"),
        ended_at=min(ended, default=None),
        failure=next((fact.failure for fact in group if fact.failure), None),
    )


def _key(fact: RefundFact) -> str:
    return f"refund:{fact.refund_id or f'{fact.provider}:{fact.reference}'}"
