"""How a refund moves, and the refunds that a set of facts contains. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from metaia.core.state_machine import Machine
from metaia.payments import facts as fact_sets
from metaia.payments.facts import Attempt
from metaia.providers.payments.facts import Fact, RefundFact

REQUESTER, ADMIN, JOB, PROVIDER = "requester", "admin", "job", "provider"
MACHINE = Machine(
    "refund",
    [
        # from, action, to, by
        ("requested", "send", "pending", (JOB,)),
        ("requested", "cancel", "cancelled", (REQUESTER, ADMIN)),
        ("pending", "settle", "processed", (PROVIDER,)),
        ("pending", "fail", "failed", (PROVIDER,)),
        ("pending", "drop", "cancelled", (PROVIDER,)),
        ("processed", "return", "failed", (PROVIDER,)),  # weeks later, if the customer's bank sends it back
    ],
)
_RANKS = {"requested": 0, "pending": 1, "processed": 2, "cancelled": 3, "failed": 4}
RESERVED = frozenset({"requested", "pending"})


@dataclass(frozen=True, slots=True)
class Refund:
    """A refund. `key` is the key of its posting; `ended_at` is when it failed or was cancelled."""

    key: str
    attempt: Attempt
    amount: int
    currency: str
    status: str
    requested: bool  # by us; otherwise it was made in the provider's dashboard
    begun_at: datetime
    processed_at: datetime | None
    ended_at: datetime | None


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
        attempt=(first.provider, first.attempt),
        amount=first.amount,
        currency=first.currency,
        status=max(times, key=_RANKS.__getitem__),
        requested=first.refund_id is not None,
        begun_at=first.at,
        processed_at=times.get("processed"),
        ended_at=min(ended, default=None),
    )


def _key(fact: RefundFact) -> str:
    return f"refund:{fact.refund_id or f'{fact.provider}:{fact.reference}'}"
