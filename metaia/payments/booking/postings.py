"""What is posted to the ledger for the payments of one purpose: a function of the set of facts. Pure.

The facts are followed in the order of their times, whatever the order of their arrival.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from metaia.ledger.chart import Account, Line, Posting
from metaia.payments import facts as fact_sets
from metaia.payments.booking import disputes as dispute_state
from metaia.payments.booking import refunds as refund_state
from metaia.payments.booking.disputes import Dispute
from metaia.payments.booking.purse import Move, Purse
from metaia.payments.booking.refunds import Refund
from metaia.payments.booking.terms import Terms
from metaia.payments.facts import Attempt
from metaia.providers.payments.facts import CASH, AttemptFact, Fact, FeeFact, FundsFact

# Of steps at the same time the lower one is first: money comes in, is earned, goes out, comes back.
PAID, EARNED, OUT, SETTLED, ENDED = range(5)


@dataclass(frozen=True, slots=True)
class _Step:
    at: datetime
    phase: int
    key: str
    currency: str
    moves: Callable[[Purse], list[Move]]


def postings(facts: Iterable[Fact], terms: Terms | None, subject: str | None = None) -> tuple[Posting, ...]:
    """Return what must be booked for a set of facts, sorted by time; `terms` is None if the purpose is unknown.

    A refund or a dispute is booked once its capture is known. The postings have `subject`, by default the purpose.
    """
    known, purse = fact_sets.distinct(facts), Purse(terms)
    steps = sorted(_steps(known, terms), key=lambda step: (step.at, step.phase, step.key))
    subject = subject or (terms.purpose if terms else None)
    hold_id = terms.hold_id if terms else None
    made = (_posting(step, step.moves(purse), subject, hold_id) for step in steps)
    return tuple(posting for posting in made if posting)


def _steps(known: tuple[Fact, ...], terms: Terms | None) -> Iterator[_Step]:
    captures = fact_sets.captures(known)
    for fact in captures.values():
        yield _capture(fact, terms)
    for fee in fact_sets.of_kind(known, FeeFact):
        yield _fee(fee)
    for refund in refund_state.refunds(known):
        if capture := captures.get(refund.attempt):
            yield from (_refund if refund.requested else _foreign_refund)(refund, capture)
    for dispute in dispute_state.disputes(known):
        if capture := captures.get(dispute.attempt):
            yield from _dispute(dispute, capture)
    if terms and terms.completed_at:
        yield _earning(terms, terms.completed_at, captures)


def _capture(fact: AttemptFact, terms: Terms | None) -> _Step:
    attempt = (fact.provider, fact.reference)
    key = f"captured:{fact.provider}:{fact.reference}"
    if fact.provider == CASH and terms:
        key = f"cash:{terms.purpose}"
    return _Step(
        fact.at,
        PAID,
        key,
        fact.currency,
        lambda purse: [(*_holder(fact), fact.amount), *purse.put(attempt, fact.amount)],
    )


def _fee(fact: FeeFact) -> _Step:
    lines = [("fees", fact.provider, fact.amount), ("gateway", fact.provider, -fact.amount)]
    key = f"fee:{fact.provider}:{fact.reference}"
    return _Step(fact.at, SETTLED, key, fact.currency, lambda _: lines)


def _earning(terms: Terms, at: datetime, captures: dict[Attempt, AttemptFact]) -> _Step:
    if terms.credit_of:
        customer, key = terms.credit_of, f"credit:{terms.purpose}"
        return _Step(at, EARNED, key, terms.currency, lambda purse: purse.earn_on_credit(terms, customer))
    payable = [attempt for attempt, fact in captures.items() if fact.currency == terms.currency]
    key = f"earned:{terms.purpose}"
    return _Step(at, EARNED, key, terms.currency, lambda purse: purse.earn(terms, payable))


def _refund(refund: Refund, capture: AttemptFact) -> Iterator[_Step]:
    """Yield the steps of a refund that we have requested: the money waits in `refunding` until it is processed."""
    amount, attempt, holder = refund.amount, _slot(capture, refund.currency), _holder(capture)
    refunding = ("refunding", refund.attempt[0])

    def step(at: datetime, phase: int, suffix: str, lines: Callable[[Purse], list[Move]]) -> _Step:
        return _Step(max(at, capture.at, refund.begun_at), phase, refund.key + suffix, refund.currency, lines)

    yield step(refund.begun_at, OUT, "", lambda purse: [*purse.take(attempt, amount), (*refunding, -amount)])
    processed, ended = refund.processed_at, refund.ended_at
    if processed:
        yield step(processed, SETTLED, ":processed", lambda _: [(*refunding, amount), (*holder, -amount)])
    if ended:
        source, suffix = (holder, ":returned") if processed else (refunding, ":failed")
        at = max(ended, processed or ended)
        yield step(at, ENDED, suffix, lambda purse: [(*source, amount), *purse.put(attempt, amount)])


def _foreign_refund(refund: Refund, capture: AttemptFact) -> Iterator[_Step]:
    """Yield the steps of a refund that was made in the provider's dashboard: it counts once it is processed."""
    amount, attempt, holder = refund.amount, _slot(capture, refund.currency), _holder(capture)
    if refund.processed_at is None:
        return
    at = max(refund.processed_at, capture.at)
    yield _Step(
        at, OUT, refund.key, refund.currency,
        lambda purse: [*purse.take(attempt, amount), (*holder, -amount)],
    )  # fmt: skip
    if refund.ended_at:
        yield _Step(
            max(at, refund.ended_at), ENDED, f"{refund.key}:returned", refund.currency,
            lambda purse: [(*holder, amount), *purse.put(attempt, amount)],
        )  # fmt: skip


def _dispute(dispute: Dispute, capture: AttemptFact) -> Iterator[_Step]:
    """Yield the steps of a dispute: money leaves the gateway when the provider takes it, and us when it is lost."""
    for moved in dispute.movements:
        lost = moved in dispute.outstanding and dispute.status == "lost"
        at_once = lost and moved.status == "deducted"
        if not at_once:
            yield _movement(dispute, moved, capture)
        if lost:
            yield _loss(dispute, moved, capture, at_once=at_once)


def _movement(dispute: Dispute, moved: FundsFact, capture: AttemptFact) -> _Step:
    back = moved.status == "reinstated"
    sign = -1 if back else 1
    disputed = ("disputed", moved.provider)
    lines = [
        (*disputed, sign * moved.amount),
        ("fees", moved.provider, sign * moved.fee),
        (*_holder(capture), -sign * (moved.amount + moved.fee)),
    ]
    key = f"dispute:{dispute.key}:{'reinstated' if back else 'withdrawn'}:{moved.reference}"
    at = max(moved.at, capture.at)
    return _Step(at, SETTLED if back else OUT, key, moved.currency, lambda _: lines)


def _loss(dispute: Dispute, moved: FundsFact, capture: AttemptFact, *, at_once: bool) -> _Step:
    fee = moved.fee if at_once else 0
    source = _holder(capture) if at_once else ("disputed", moved.provider)

    def lines(purse: Purse) -> list[Move]:
        taken = purse.take(_slot(capture, moved.currency), moved.amount)
        return [*taken, ("fees", moved.provider, fee), (*source, -moved.amount - fee)]

    at = max(moved.at, capture.at, dispute.decided_at or moved.at)
    return _Step(at, ENDED, f"dispute:{dispute.key}:lost:{moved.reference}", moved.currency, lines)


def _slot(capture: AttemptFact, currency: str) -> Attempt:
    """Return the attempt of which money is moved. It has nothing in another currency than that of its capture."""
    reference = capture.reference if currency == capture.currency else f"{capture.reference} {currency}"
    return (capture.provider, reference)


def _holder(capture: AttemptFact) -> tuple[str, str]:
    """Return the account of the party that has the money of an attempt: the provider, or the collector of cash."""
    if capture.provider == CASH:
        return ("cash", capture.collector or "unknown")
    return ("gateway", capture.provider)


def _posting(step: _Step, moves: list[Move], subject: str | None, hold_id: str | None) -> Posting | None:
    """Return the posting of a step; None if it moves nothing, as an order that earns nothing."""
    lines = [
        Line(Account(kind, owner, step.currency), amount, hold_id if kind == "credit" else None)
        for kind, owner, amount in moves
        if amount
    ]
    kind = step.key.partition(":")[0]
    return Posting(step.key, kind, lines, subject, step.at) if lines else None
