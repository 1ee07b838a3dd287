"""The table of a payment's states, one row after the other."""

from __future__ import annotations

from dataclasses import replace

import pytest

from metaia.payments import state
from metaia.payments.booking import disputes as dispute_state
from metaia.payments.booking.refundable import refundable
from metaia.providers.payments.facts import Fact
from tests.payments.facts import attempt, dispute, funds, refund

PAID = attempt(0, "captured")


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ([], "created"),
        ([attempt(0, "failed")], "failed"),
        ([attempt(0, "failed"), attempt(1, "pending", name="pay_2")], "pending"),
        ([attempt(0, "pending"), attempt(1, "failed")], "failed"),
        ([attempt(0, "failed"), attempt(9, "authorized")], "authorized"),
        ([attempt(0, "voided"), attempt(1, "authorized", name="pay_2")], "authorized"),
        ([attempt(0, "authorized"), attempt(1, "voided")], "cancelled"),
        ([PAID, attempt(1, "failed", name="pay_2")], "completed"),
        ([PAID, attempt(1, "voided")], "completed"),
        ([PAID, refund(1, "requested", 1000)], "completed"),
        ([PAID, refund(1, "processed", 999)], "partially_refunded"),
        ([PAID, refund(1, "processed", 999), refund(2, "processed", 1, "r2")], "refunded"),
        ([PAID, refund(1, "processed", 1000), refund(2, "failed", 1000)], "completed"),
        ([PAID, dispute(1, "open"), refund(1, "processed", 1000)], "disputed"),
        ([PAID, dispute(1, "closed")], "completed"),
        ([refund(1, "processed", 1000)], "created"),
        ([dispute(1, "open")], "created"),
    ],
)
def test_the_first_row_that_holds_counts(facts: list[Fact], expected: str) -> None:
    assert state.of(facts, "INR").status == expected


def test_an_attempt_that_is_over_is_not_authorized() -> None:
    first, second = attempt(0, "authorized"), attempt(1, "authorized", 600, "pay_2")
    assert state.authorized([second, first], "INR") == [first, second]
    assert state.authorized([first, second, attempt(2, "voided", 600, "pay_2")], "INR") == [first]
    assert state.authorized([first, attempt(3, "captured")], "INR") == []


def test_no_more_is_refunded_than_was_captured() -> None:
    found = state.of([PAID, refund(1, "processed", 900), refund(2, "processed", 900, "r2")], "INR")
    assert (found.refunded, found.status) == (1000, "refunded")


def test_money_in_another_currency_is_no_part_of_the_payment() -> None:
    others = (attempt(1, "captured", 70, "pay_2"), attempt(2, "authorized"))
    foreign = [replace(each, currency="USD") for each in others]
    found = state.of([PAID, *foreign], "INR")
    assert (found.captured, found.authorized, found.status) == (1000, 0, "completed")
    assert state.of(foreign, "INR").status == "created"
    returned = replace(refund(3, "processed", 1000), currency="USD")
    assert (state.of([PAID, returned], "INR").refunded, refundable([PAID, returned], "INR").free) == (
        0, {("razorpay", "pay_1"): 1000},
    )  # fmt: skip


@pytest.mark.parametrize(("status", "left"), [("open", 1000), ("lost", 0)])
def test_a_dispute_in_another_currency_counts_as_its_attempt(status: str, left: int) -> None:
    facts: list[Fact] = [PAID, replace(dispute(1, status, 7), currency="USD")]
    assert (state.of(facts, "INR").disputed, state.of(facts, "INR").status) == (1000, "disputed")
    found = refundable(facts, "INR")
    assert (sum(found.left.values()), found.free) == (left, {})


TWICE = attempt(5, "captured", 600, name="pay_2")


@pytest.mark.parametrize(
    ("facts", "left", "free"),
    [
        ([], {}, {}),
        ([attempt(0, "authorized")], {}, {}),
        ([PAID, TWICE], {"pay_1": 1000, "pay_2": 600}, {"pay_1": 1000, "pay_2": 600}),
        ([PAID, refund(1, "requested", 300)], {"pay_1": 700}, {"pay_1": 700}),
        ([PAID, refund(1, "processed", 1000)], {}, {}),
        ([PAID, refund(1, "processed", 900), refund(2, "processed", 900, "r2")], {}, {}),
        ([PAID, refund(1, "requested", 300), refund(2, "failed", 300)], {"pay_1": 1000}, {"pay_1": 1000}),
        ([PAID, TWICE, dispute(1, "open", 600)], {"pay_1": 1000, "pay_2": 600}, {"pay_2": 600}),
        ([PAID, dispute(1, "lost", 600)], {"pay_1": 400}, {"pay_1": 400}),
        ([PAID, dispute(1, "open", 600), dispute(2, "won", 600)], {"pay_1": 1000}, {"pay_1": 1000}),
        ([PAID, replace(dispute(1, "open"), refundable=True)], {"pay_1": 1000}, {"pay_1": 1000}),
        ([PAID, replace(dispute(1, "open"), refundable=True), funds(2, "withdrawn")], {"pay_1": 1000}, {}),
        ([replace(PAID, provider="cash")], {}, {}),
    ],
)
def test_what_can_be_refunded_of_each_attempt(
    facts: list[Fact], left: dict[str, int], free: dict[str, int]
) -> None:
    found = refundable(facts, "INR")
    assert {name: amount for (_, name), amount in found.left.items()} == left
    assert {name: amount for (_, name), amount in found.free.items()} == free


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ([dispute(1, "open")], "open"),
        ([funds(1, "withdrawn")], "open"),
        ([dispute(1, "open"), dispute(2, "under_review")], "under_review"),
        ([dispute(2, "won"), dispute(3, "lost")], "lost"),
        ([dispute(3, "won"), dispute(2, "lost")], "won"),
        ([dispute(2, "won"), dispute(2, "lost")], "lost"),
        ([dispute(2, "lost"), funds(3, "reinstated")], "won"),
        ([dispute(2, "won"), funds(1, "withdrawn"), funds(5, "withdrawn", name="txn_3")], "lost"),
        ([dispute(2, "prevented")], "prevented"),
    ],
)
def test_the_latest_decision_counts_and_money_decides(facts: list[Fact], expected: str) -> None:
    [found] = dispute_state.disputes(facts)
    assert found.status == expected
