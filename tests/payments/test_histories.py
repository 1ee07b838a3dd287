"""Whatever the order, the repetitions and the delay of facts: the same state, and the same money in the ledger."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metaia.ledger.chart import Account, Line, Posting
from metaia.payments import state
from metaia.payments.booking import corrections
from metaia.payments.booking.postings import postings
from metaia.payments.booking.terms import Terms
from metaia.providers.payments.facts import Fact
from tests.payments.facts import attempt, dispute, fee, funds, refund, terms
from tests.payments.histories import EVERYTHING, History

Balances = dict[str, Counter[Account]]


def lines(found: Iterable[Line]) -> tuple[str, ...]:
    return tuple(f"{line.account.kind}:{line.account.owner} {line.amount}" for line in found)


def by_key(found: Iterable[Posting]) -> Balances:
    """Return what each key has moved, together with its corrections; not the keys that moved nothing in the end."""
    moved: Balances = {}
    for posting in found:
        sums = moved.setdefault(corrections.base_key(posting.key), Counter())
        for line in posting.lines:
            sums[line.account] += line.amount
    return {key: sums for key, sums in moved.items() if any(sums.values())}


def booked(arrivals: Sequence[Fact], order: Terms | None) -> list[Posting]:
    """Book as the facts arrive, one by one: what is booked is never changed."""
    ledger: list[Posting] = []
    for count in range(len(arrivals) + 1):
        ledger.extend(corrections.to_book(postings(arrivals[:count], order), ledger))
    return ledger


@pytest.mark.parametrize("history", EVERYTHING, ids=lambda history: history.name)
def test_a_written_history_has_its_state_and_postings(history: History) -> None:
    found = postings(history.facts, history.terms)
    assert state.of(history.facts, "INR") == history.state
    assert {each.key: lines(each.lines) for each in found} == history.postings


@pytest.mark.parametrize("history", EVERYTHING, ids=lambda history: history.name)
def test_every_permutation_and_duplication_gives_the_same(history: History) -> None:
    right = postings(history.facts, history.terms)
    for arrivals in permutations(history.facts):
        twice = [*arrivals, *reversed(arrivals)]
        assert state.of(twice, "INR") == history.state
        assert postings(twice, history.terms) == right


@pytest.mark.parametrize("history", EVERYTHING, ids=lambda history: history.name)
def test_the_ledger_is_the_same_in_whatever_order_facts_arrive(history: History) -> None:
    right = by_key(postings(history.facts, history.terms))
    for arrivals in permutations(history.facts):
        ledger = booked([*arrivals, arrivals[0]] if arrivals else [], history.terms)
        assert by_key(ledger) == right
        assert len({posting.key for posting in ledger}) == len(ledger)


@pytest.mark.parametrize("history", EVERYTHING, ids=lambda history: history.name)
def test_nothing_is_corrected_if_facts_arrive_in_time(history: History) -> None:
    arrivals = sorted(history.facts, key=lambda fact: fact.at)
    before = None
    if history.terms and history.terms.completed_at:
        before = terms(history.terms.total, commission_bps=history.terms.commission_bps)
    ledger: list[Posting] = []
    for count, fact in enumerate(arrivals, 1):
        done = before is None or (history.terms and history.terms.completed_at <= fact.at)  # type: ignore[operator]
        ledger += corrections.to_book(postings(arrivals[:count], history.terms if done else before), ledger)
    ledger += corrections.to_book(postings(arrivals, history.terms), ledger)
    turned = {"dispute:razorpay:disp_1:lost:txn_1"} if "turned" in history.name else set()
    assert {corrections.base_key(p.key) for p in ledger if p.key.startswith(corrections.PREFIX)} == turned


AMOUNTS = st.integers(1, 1500)
MINUTES = st.integers(0, 12)
ATTEMPTS = st.sampled_from(("pay_1", "pay_2"))
OURS = st.sampled_from(("r1", "r2", None))
FACTS = st.one_of(
    st.builds(
        attempt, MINUTES, st.sampled_from(("pending", "failed", "authorized", "voided")), name=ATTEMPTS
    ),
    st.builds(attempt, MINUTES, st.just("captured"), st.sampled_from((1000, 700)), name=ATTEMPTS),
    st.builds(fee, MINUTES, st.just(24), ATTEMPTS),
    st.builds(refund, MINUTES, st.just("requested"), AMOUNTS, st.sampled_from(("r1", "r2")), attempt=ATTEMPTS),
    st.builds(
        refund, MINUTES, st.sampled_from(("pending", "processed", "failed", "cancelled")), AMOUNTS, OURS,
        attempt=ATTEMPTS,
    ),
    st.builds(
        dispute, MINUTES, st.sampled_from(("open", "under_review", "won", "lost", "closed", "prevented")), AMOUNTS
    ),
    st.builds(funds, MINUTES, st.just("withdrawn"), AMOUNTS, st.sampled_from(("w1", "w2")), st.integers(0, 20)),
    st.builds(funds, MINUTES, st.just("deducted"), AMOUNTS, st.just("d1"), st.integers(0, 20)),
    st.builds(funds, MINUTES, st.just("reinstated"), AMOUNTS, st.sampled_from(("b1", "b2"))),
)  # fmt: skip
TERMS = st.one_of(
    st.none(),
    st.builds(terms, st.integers(1, 2000), st.none() | MINUTES, commission_bps=st.integers(0, 10_000)),
)


@settings(max_examples=400, deadline=None)
@given(st.lists(FACTS, max_size=9, unique_by=lambda fact: fact.key), TERMS, st.randoms())
def test_no_other_history_depends_on_the_order(
    facts: list[Fact], order: Terms | None, random: object
) -> None:
    shuffled = [*facts, *facts]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    right = postings(facts, order)
    assert state.of(shuffled, "INR") == state.of(facts, "INR")
    assert postings(shuffled, order) == right
    assert by_key(booked(shuffled, order)) == by_key(right)


@settings(max_examples=400, deadline=None)
@given(st.lists(FACTS, max_size=9, unique_by=lambda fact: fact.key), TERMS)
def test_every_posting_sums_to_0_and_no_key_repeats(facts: list[Fact], order: Terms | None) -> None:
    found = postings(facts, order)
    assert all(sum(line.amount for line in posting.lines) == 0 for posting in found)
    assert len({posting.key for posting in found}) == len(found)
    known = state.of(facts, "INR")
    assert 0 <= known.refunded <= known.captured
    due = sum(line.amount for posting in found for line in posting.lines if line.account.kind == "due")
    assert due <= 0  # a credit: the order's account is never below zero
