"""The state of a payment: a function of the set of its facts, whatever their order and repetitions. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from metaia.payments import facts as fact_sets
from metaia.payments.booking import disputes as dispute_state
from metaia.payments.booking import refunds as refund_state
from metaia.payments.facts import Attempt
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
    """Amounts are in minor units. `refunding` is requested and not processed yet, `disputed` is open or lost.

    `authorized` is what can be captured. The failure is that of the latest attempt, if none is better.
    """

    status: str
    captured: int
    refunded: int
    refunding: int
    disputed: int
    authorized: int = 0
    method: str | None = None
    failure_code: str | None = None
    failure_message: str | None = None


def of(facts: Iterable[Fact], currency: str) -> State:
    """Return the state of the payment in `currency` with these facts.

    A refund or dispute counts once its capture is known, and to at most what was captured. Money in another currency
    is booked in that one, and is no part of the payment; a dispute in another one counts as its whole attempt.
    """
    stated = fact_sets.distinct(facts)
    known = fact_sets.in_currency(stated, currency)
    captured = {attempt: fact.amount for attempt, fact in fact_sets.captures(known).items()}
    refunds = refund_state.refunds(known)
    refunded = _within(captured, ((r.attempt, r.amount) for r in refunds if r.status == "processed"))
    reserved = ((r.attempt, r.amount) for r in refunds if r.status in refund_state.RESERVED)
    disputes = (d for d in dispute_state.disputes(stated) if d.status in dispute_state.OPEN | {"lost"})
    disputed = _within(captured, ((d.attempt, d.within(captured, currency)) for d in disputes))
    total = sum(captured.values())
    attempts = fact_sets.of_kind(known, AttemptFact)
    ends = _ends(attempts)
    status = _paid(total, refunded, disputed) if total else _unpaid(ends.values())
    return State(
        status, total, refunded, _within(captured, reserved), disputed,
        authorized=sum(fact.amount for fact in ends.values() if fact.status == "authorized"),
        method=_method(attempts), **_failure(attempts if status == "failed" else ()),
    )  # fmt: skip


def authorized(facts: Iterable[Fact], currency: str) -> list[AttemptFact]:
    """Return the authorized attempts that were neither captured nor voided, in the order of their times."""
    attempts = fact_sets.of_kind(fact_sets.in_currency(fact_sets.distinct(facts), currency), AttemptFact)
    return [fact for fact in _ends(attempts).values() if fact.status == "authorized"]


def _paid(captured: int, refunded: int, disputed: int) -> str:
    if disputed:
        return "disputed"
    if refunded:
        return "refunded" if refunded == captured else "partially_refunded"
    return "completed"


def _unpaid(attempts: Iterable[AttemptFact]) -> str:
    found = {fact.status for fact in attempts}
    return next((status for attempt, status in _UNPAID if attempt in found), "created")


def _ends(attempts: Iterable[AttemptFact]) -> dict[Attempt, AttemptFact]:
    """Return the fact of each attempt that counts."""
    found: dict[Attempt, AttemptFact] = {}
    for fact in attempts:
        known = found.setdefault((fact.provider, fact.reference), fact)
        if _ATTEMPT_RANKS[fact.status] > _ATTEMPT_RANKS[known.status]:
            found[fact.provider, fact.reference] = fact
    return found


def _method(attempts: Iterable[AttemptFact]) -> str | None:
    """Return the method of the best attempt that states one, of equal ones the latest."""
    named = [fact for fact in attempts if fact.method]
    best = max(named, key=lambda fact: (_ATTEMPT_RANKS[fact.status], fact.at, fact.key), default=None)
    return best.method if best else None


def _failure(attempts: Iterable[AttemptFact]) -> dict[str, str | None]:
    """Return the columns of the latest failure."""
    failed = [fact for fact in attempts if fact.status == "failed"]
    if not failed:
        return {}
    return {"failure_code": failed[-1].failure, "failure_message": failed[-1].failure_message}


def _within(captured: dict[Attempt, int], amounts: Iterable[tuple[Attempt, int]]) -> int:
    """Return the sum of `amounts`, of each attempt at most what was captured."""
    sums: dict[Attempt, int] = defaultdict(int)
    for attempt, amount in amounts:
        sums[attempt] += amount
    return sum(min(amount, captured.get(attempt, 0)) for attempt, amount in sums.items())
