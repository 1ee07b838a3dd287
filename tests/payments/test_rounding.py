"""Commissions are rounded once, and go back in parts that add up."""

from __future__ import annotations

from dataclasses import replace
from itertools import accumulate, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metaia.payments.booking.terms import Terms, commission, commission_of_returned


@pytest.mark.parametrize(
    ("earned", "basis_points", "expected"),
    [(1000, 1010, 101), (1255, 1000, 126), (1254, 1000, 125), (1, 4999, 0), (1, 5000, 1), (0, 1000, 0)],
)
def test_a_commission_is_rounded_half_up(earned: int, basis_points: int, expected: int) -> None:
    assert commission(earned, basis_points) == expected


def test_the_example_of_the_design() -> None:
    cumulative = [
        0,
        *(commission_of_returned(101, returned, 1000) for returned in accumulate((333, 333, 334))),
    ]
    assert [after - before for before, after in pairwise(cumulative)] == [34, 33, 34]


def test_fees_taxes_and_tips_earn_no_commission() -> None:
    terms = Terms(
        purpose="order-1",
        total=10_737,
        currency="INR",
        commission_bps=1000,
        commission_base=5_940,
        partner="p",
    )
    assert terms.shares(10_737).commission == commission(5_940, 1000) == 594
    assert terms.shares(5_000).commission == commission(2_766, 1000)  # a part earns: its part of the goods
    assert replace(terms, commission_base=None).shares(10_737).commission == 1_074
    assert replace(terms, total=0, commission_base=0).shares(0).commission == 0


@given(st.lists(st.integers(1, 10**12), min_size=1, max_size=8), st.integers(0, 10_000))
def test_all_parts_of_a_commission_add_up(parts: list[int], basis_points: int) -> None:
    earned = sum(parts)
    total = commission(earned, basis_points)
    steps = [commission_of_returned(total, returned, earned) for returned in accumulate(parts)]
    assert steps == sorted(steps)
    assert steps[-1] == total
