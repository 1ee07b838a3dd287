"""The state of a payment: a function of the set of its facts, whatever their order and repetitions. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from metaia.payments import facts as fact_sets
from metaia.payments.disputes import state as dispute_state
from metaia.payments.facts import Attempt
from metaia.payments.refunds import state as refund_state
from metaia.providers.payments.facts import AttemptFact, Fact

STATUSES = (
    "created", "pending", "authorized", "completed", "partially_refunded", "refunded", "failed", "cancelled",
    "disputed",
)  # fmt: skip
# Of one attempt the highest counts: an authorization may follow a failure days later, and a capture anything.
_ATTEMPT_RANKS = {"pending": 1, "failed": 2, "authorized": 3, "voided": 4, "captured": 5}
# Of several attempts that are not captured the first of these counts.
_UNPAID = (
    ("authorized", "authorized"),
    ("voided", "cancelled"),
    ("pending", "pending"),
    ("failed", "failed"),
)


@dataclass(frozen=True, slots=True)
class State:
    """Amounts are in minor units. `refunding` is requested and not processed yet, `disputed` is open or lost."""

    status: str
    captured: int
    refunded: int
    refunding: int
    disputed: int

    @property
    def refundable(self) -> int:
        """Return what a further refund may be at most."""
        return max(0, self.captured - self.refunded - self.refunding - self.disputed)


def of(facts: Iterable[Fact]) -> State:
    """Return the state of the payment with these facts.

    A refund or dispute counts once its capture is known, and to at most what was captured.
    """
    known = fact_sets.distinct(facts)
    captured = {attempt: fact.amount for attempt, fact in fact_sets.captures(known).items()}
    refunds = refund_state.refunds(known)
    refunded = _within(captured, ((r.attempt, r.amount) for r in refunds if r.status == "processed"))
    reserved = ((r.attempt, r.amount) for r in refunds if r.status in refund_state.RESERVED)
    disputes = (d for d in dispute_state.disputes(known) if d.status in dispute_state.OPEN | {"lost"})
    disputed = _within(captured, ((d.attempt, d.amount) for d in disputes))
    total = sum(captured.values())
    status = _paid(total, refunded, disputed) if total else _unpaid(fact_sets.of_kind(known, AttemptFact))
    return State(status, total, refunded, _within(captured, reserved), disputed)


def _paid(captured: int, refunded: int, disputed: int) -> str:
    if disputed:
        return "disputed"
    if refunded:
        return "refunded" if refunded == captured else "partially_refunded"
    return "completed"


def _unpaid(attempts: Iterable[AttemptFact]) -> str:
    latest: dict[Attempt, str] = {}
    for fact in attempts:
        attempt = (fact.provider, fact.reference)
        latest[attempt] = max(latest.get(attempt, fact.status), fact.status, key=_ATTEMPT_RANKS.__getitem__)
    found = set(latest.values())
    return next((status for attempt, status in _UNPAID if attempt in found), "created")


def _within(captured: dict[Attempt, int], amounts: Iterable[tuple[Attempt, int]]) -> int:
    """Return the sum of `amounts`, of each attempt at most what was captured."""
    sums: dict[Attempt, int] = defaultdict(int)
    for attempt, amount in amounts:
        sums[attempt] += amount
    return sum(min(amount, captured.get(attempt, 0)) for attempt, amount in sums.items())
