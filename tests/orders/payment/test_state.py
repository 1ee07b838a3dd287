"""The shown payment as a function of method, status of the order and money."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metaia.orders.payment import state
from metaia.orders.payment.state import COD, CREDIT, METHODS, NONE, ONLINE, STATUSES, Shown
from metaia.orders.state import MACHINE


@dataclass
class Money:
    captured: int = 0
    refunded: int = 0
    disputed: int = 0
    authorized: int = 0


def shown(method: str, status: str, money: Money | None) -> Shown:
    """Return the payment of an order of 1000."""
    found = state.of(method, status, 1000, money)
    assert found
    return found


CASES = [
    # method, status of the order, money of 1000, status of the payment, due
    (ONLINE, "pending", None, "unpaid", 1000),
    (ONLINE, "pending", Money(), "unpaid", 1000),
    (ONLINE, "pending", Money(authorized=1000), "authorized", 1000),
    (ONLINE, "pending", Money(authorized=999), "unpaid", 1000),
    (ONLINE, "pending", Money(captured=400), "unpaid", 600),
    (ONLINE, "pending", Money(captured=400, authorized=600), "authorized", 600),
    (ONLINE, "pending", Money(captured=1000), "paid", 0),
    (ONLINE, "accepted", Money(captured=1000, authorized=1000), "paid", 0),
    (ONLINE, "accepted", Money(captured=2000), "overpaid", 0),
    (ONLINE, "accepted", Money(captured=2000, refunded=300), "overpaid", 0),
    (ONLINE, "accepted", Money(captured=2000, refunded=1000), "paid", 0),
    (ONLINE, "accepted", Money(captured=2000, refunded=1001), "partially_refunded", 0),
    (ONLINE, "completed", Money(captured=1000, refunded=1), "partially_refunded", 0),
    (ONLINE, "completed", Money(captured=1000, refunded=1000), "refunded", 0),
    (ONLINE, "completed", Money(captured=1000, disputed=1000), "disputed", 0),
    (ONLINE, "cancelled", None, "unpaid", 0),
    (ONLINE, "cancelled", Money(authorized=1000), "authorized", 0),
    (ONLINE, "cancelled", Money(captured=400), "unpaid", 0),
    (ONLINE, "cancelled", Money(captured=1000), "paid", 0),
    (ONLINE, "cancelled", Money(captured=1000, refunded=1000), "refunded", 0),
    (COD, "pending", None, "cash_due", 1000),
    (COD, "out_for_delivery", None, "cash_due", 1000),
    (COD, "delivered", Money(captured=1000), "cash_collected", 0),
    (COD, "rejected", None, "unpaid", 0),
    (CREDIT, "pending", None, "unpaid", 1000),
    (CREDIT, "accepted", None, "on_credit", 0),
    (CREDIT, "completed", None, "on_credit", 0),
    (CREDIT, "cancelled", None, "unpaid", 0),
]


@pytest.mark.parametrize(("method", "status", "money", "expected", "due"), CASES)
def test_the_payment_follows_from_method_status_and_money(method, status, money, expected, due):
    found = shown(method, status, money)
    assert (found.status, found.due) == (expected, due)
    known = money or Money()
    assert (found.paid, found.refunded, found.disputed) == (known.captured, known.refunded, known.disputed)


def test_the_cases_have_every_status():
    assert {case[3] for case in CASES} | {NONE} == set(STATUSES)


def test_without_a_method_there_is_no_payment():
    assert state.of(NONE, "pending", 1000, None) is None
    with pytest.raises(ValueError, match="no payment"):
        state.moved(NONE, "accepted", 1000, {"paid": 0, "refunded": 0, "disputed": 0, "status": "none"})


amounts = st.integers(0, 3000)
statuses = st.sampled_from(MACHINE.states)


@given(st.sampled_from(METHODS[1:]), statuses, statuses, amounts, amounts, amounts, amounts)
def test_a_stored_payment_is_enough_to_follow_the_order(
    method, before, after, captured, refunded, disputed, free
):
    """The money has not changed, so what is stored tells the payment in the next status, and nothing is forgotten."""
    money = Money(captured, min(refunded, captured), min(disputed, captured), free)
    stored = shown(method, before, money).as_dict()
    assert state.moved(method, after, 1000, stored) == shown(method, after, money)


@given(st.sampled_from(METHODS[1:]), statuses, amounts, amounts)
def test_nothing_is_due_of_a_dead_order_and_never_less_than_nothing(method, status, captured, refunded):
    found = shown(method, status, Money(captured, min(refunded, captured)))
    assert 0 <= found.due <= 1000
    assert found.due == 0 or status not in state.DEAD
