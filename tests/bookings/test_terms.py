"""What cancelling costs, and deadlines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from metaia.bookings import terms
from metaia.bookings.terms import Cancellation

START = datetime(2026, 10, 1, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


@dataclass
class Booked:
    status: str = "confirmed"
    price: int = 1001
    currency: str = "INR"
    fee_percent: int = 50
    free_until: datetime = START - 24 * HOUR
    locked_from: datetime = START - 2 * HOUR


@pytest.mark.parametrize(
    ("before_start", "expected"),
    [
        (25 * HOUR, Cancellation(True, 0, 1001)),
        (24 * HOUR, Cancellation(True, 0, 1001)),
        (24 * HOUR - timedelta(seconds=1), Cancellation(True, 501, 500)),  # half up
        (2 * HOUR + timedelta(seconds=1), Cancellation(True, 501, 500)),
        (2 * HOUR, Cancellation(False, 0, 0)),
        (-HOUR, Cancellation(False, 0, 0)),
    ],
)
def test_a_customers_cancellation_costs_by_its_time(before_start: timedelta, expected: Cancellation) -> None:
    assert terms.cancellation(Booked(), 1001, START - before_start, by_customer=True) == expected


@pytest.mark.parametrize(
    ("currency", "price", "fee"),
    [("JPY", 1001, 501), ("KWD", 18_600, 9_300), ("KWD", 18_610, 9_310), ("KWD", 8, 0)],
)
def test_fees_are_amounts_that_cards_can_pay_and_refund(currency: str, price: int, fee: int) -> None:
    booked = Booked(price=price, currency=currency)
    found = terms.cancellation(booked, price, START - 3 * HOUR, by_customer=True)
    assert found == Cancellation(True, fee, price - fee)


def test_a_partners_cancellation_refunds_everything_at_any_time() -> None:
    found = terms.cancellation(Booked(), 1001, START + HOUR, by_customer=False)
    assert found == Cancellation(True, 0, 1001)


def test_a_fee_above_what_was_paid_refunds_nothing() -> None:
    assert terms.cancellation(Booked(), 300, START - 3 * HOUR, by_customer=True).refund == 0


def test_requests_cost_no_fee_and_holds_are_never_locked() -> None:
    soon = START - HOUR
    assert terms.cancellation(Booked("held"), 0, soon, by_customer=True).allowed
    assert not terms.cancellation(Booked("pending"), 0, soon, by_customer=True).allowed
    assert terms.cancellation(Booked("pending"), 1001, START - 3 * HOUR, by_customer=True).fee == 0


def test_a_move_inside_the_window_keeps_the_first_deadline() -> None:
    first, later = START - 24 * HOUR, START + 200 * HOUR
    assert terms.moved_free_until(first, later, first - HOUR) == later
    assert terms.moved_free_until(first, later, first + HOUR) == first


@pytest.mark.parametrize(
    ("notice", "expected"),
    [
        (72 * HOUR, 24 * HOUR),
        (10 * HOUR, 9.5 * HOUR),
        (0.6 * HOUR, 0.1 * HOUR),
        (0.5 * HOUR, 0.25 * HOUR),
        (0.2 * HOUR, 0.1 * HOUR),
    ],
)
def test_requests_are_answered_before_the_start(notice: timedelta, expected: timedelta) -> None:
    assert terms.answer_by(START, START - notice, 24) == START - notice + expected
