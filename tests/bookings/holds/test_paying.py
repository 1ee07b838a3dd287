"""Holds and their payments: a booking and its payment cannot disagree."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from flask import Flask
from gevent.pool import Pool

from metaia.bookings import jobs, queries
from metaia.bookings.holds import service as holds
from metaia.bookings.limits import service as limits
from metaia.bookings.money import purpose
from metaia.core import db
from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.core.times import now
from metaia.finance import days
from metaia.ledger import queries as ledger_queries
from metaia.ledger.chart import Account
from metaia.payments import queries as payment_queries
from metaia.payments import service as payment_service
from metaia.payments.refunds import queries as refund_queries
from metaia.providers.payments.facts import RefundFact
from tests.bookings.conftest import Cast
from tests.support.bookings import (
    HOUR,
    Shop,
    act,
    at,
    change_row,
    drift,
    pay,
    read,
    refunds,
    shift,
    taken,
    try_to,
)

SECOND = timedelta(seconds=1)


def fail_refunds(booking: Json) -> None:
    """Let the provider state that the refunds which we have requested failed."""
    found = queries.get(booking["id"])
    assert found
    for payment in payment_queries.of_purpose("booking", booking["id"]):
        with db.transaction():
            made = refund_queries.lock_of_payment(payment.id)
            facts = [
                RefundFact(
                    provider="razorpay", reference=each.id, status="failed", amount=each.amount, currency="INR",
                    at=now(), attempt=each.attempt, refund_id=each.id, failure="bank closed",
                )
                for each in made
            ]  # fmt: skip
            payment_service.take(facts, source="test", purpose=purpose.of(found))


def balance(kind: str, owner: str) -> int:
    account = Account(kind, owner, "INR")
    return ledger_queries.balances([account])[account]


@pytest.fixture
def shop(cast: Cast) -> Shop:
    return cast.shop(payment="full")


def test_a_paid_service_is_held_until_its_payment_arrives(cast: Cast, shop: Shop):
    booking = shop.book(cast.customer)
    assert (booking["status"], booking["payment"]["status"], booking["payment"]["due"]) == (
        "held",
        "unpaid",
        100,
    )
    minutes = datetime.fromisoformat(booking["heldUntil"]) - datetime.fromisoformat(booking["createdAt"])
    assert minutes == timedelta(minutes=10)
    assert shop.try_to_book(cast.other).status_code == 409
    pay(booking)
    after = read(cast.customer, booking)
    assert (after["status"], after["heldUntil"]) == ("confirmed", None)
    assert (after["payment"]["status"], after["payment"]["paid"], after["payment"]["due"]) == ("paid", 100, 0)
    assert after["payment"]["paymentId"] is not None
    steps = cast.customer.get(f"/api/bookings/{booking['id']}/timeline").json()["data"]["timeline"]
    assert [each["action"] for each in steps] == ["book", "pay"]


def test_a_deposit_is_a_part_of_the_price(cast: Cast):
    booking = cast.shop(payment="deposit", deposit_percent=30).book(cast.customer)
    assert booking["payment"]["due"] == 30
    pay(booking, 29_99)
    assert read(cast.customer, booking)["status"] == "held"
    pay(booking, 1)
    assert read(cast.customer, booking)["status"] == "confirmed"


def test_a_paid_request_waits_for_its_partner_and_is_refunded_when_declined(cast: Cast):
    booking = cast.shop(payment="full", confirmation="request").book(cast.customer)
    pay(booking)
    assert read(cast.customer, booking)["status"] == "pending"
    act(cast.partner, booking, "decline", reason="too_busy")
    assert refunds(booking) == [100_00]
    assert balance("due", f"booking-{booking['id']}") == 0


def test_a_hold_that_is_not_paid_ends_and_frees_its_time(cast: Cast, shop: Shop):
    booking = shop.book(cast.customer)
    change_row(booking, held_until=now() - SECOND)
    jobs.end_overdue()
    assert read(cast.customer, booking)["status"] == "expired"
    assert taken(shop.calendar_ids[0]) == []
    refused = cast.customer.post("/api/payments", {"bookingId": booking["id"]})
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "hold_expired")


def test_an_expired_hold_does_not_block_until_the_job_runs(cast: Cast, shop: Shop):
    booking = shop.book(cast.customer)
    change_row(booking, held_until=now() - SECOND)
    shop.book(cast.other)
    assert read(cast.customer, booking)["status"] == "expired"
    assert drift(shop) == []


def test_a_late_payment_takes_a_free_time_again(cast: Cast, shop: Shop):
    booking = shop.book(cast.customer)
    change_row(booking, held_until=now() - SECOND)
    jobs.end_overdue()
    pay(booking)
    assert read(cast.customer, booking)["status"] == "confirmed"
    assert taken(shop.calendar_ids[0]) == [(at(), at() + HOUR, 1)]
    assert (refunds(booking), drift(shop)) == ([], [])


def test_a_late_payment_for_a_taken_time_is_refunded_in_full(cast: Cast, shop: Shop):
    booking = shop.book(cast.customer)
    change_row(booking, held_until=now() - SECOND)
    shop.book(cast.other)
    pay(booking)
    assert read(cast.customer, booking)["status"] == "expired"
    holds.give_back(booking["id"])  # what the job does that the payment has enqueued
    holds.give_back(booking["id"])
    assert refunds(booking) == [100_00]
    steps = cast.customer.get(f"/api/bookings/{booking['id']}/timeline").json()["data"]["timeline"]
    assert "lose" in [each["action"] for each in steps]
    assert len(taken(shop.calendar_ids[0])) == 1


def test_a_late_cancellation_keeps_the_fee_for_the_partner(cast: Cast, shop: Shop):
    rule = {
        "partnerId": cast.partner.id,
        "basisPoints": 1000,
        "reason": "A contract.",
        "fromDay": days.today().isoformat(),
    }
    assert cast.admin.put("/api/admin/finance/commission-rules", rule).status_code == 200
    booking = shop.book(cast.customer)
    pay(booking)
    shift(booking, now() + 5 * HOUR)
    shown = cast.customer.get(f"/api/bookings/{booking['id']}/cancellation").json()["data"]["cancellation"]
    assert (shown["fee"], shown["refund"]) == (50, 50)
    act(cast.customer, booking, "cancel")
    assert refunds(booking) == [50_00]
    assert balance("partner", cast.partner.id) == 45_00
    assert balance("due", f"booking-{booking['id']}") == 0


def test_a_partners_cancellation_refunds_everything(cast: Cast, shop: Shop):
    booking = shop.book(cast.customer)
    pay(booking)
    shift(booking, now() + 5 * HOUR)
    after = act(cast.partner, booking, "cancel")
    assert after["fee"] == 0
    assert refunds(booking) == [100_00]
    assert balance("partner", cast.partner.id) == 0


@pytest.mark.parametrize("action", ["complete", "no-show"])
def test_a_booking_that_has_taken_place_is_earned(cast: Cast, shop: Shop, action: str):
    booking = shop.book(cast.customer)
    pay(booking)
    shift(booking, now() - HOUR)
    act(cast.partner, booking, action)
    assert balance("partner", cast.partner.id) == 100_00
    assert refunds(booking) == []


def test_a_second_payment_is_given_back(cast: Cast, shop: Shop):
    booking = shop.book(cast.customer)
    pay(booking)
    pay(booking)
    assert read(cast.customer, booking)["payment"]["status"] == "overpaid"
    holds.give_back(booking["id"])
    assert refunds(booking) == [100_00]
    assert read(cast.customer, booking)["status"] == "confirmed"


def test_a_payment_after_the_cancellation_is_given_back(cast: Cast, shop: Shop):
    booking = shop.book(cast.customer)
    act(cast.customer, booking, "cancel")
    pay(booking)
    holds.give_back(booking["id"])
    assert (read(cast.customer, booking)["status"], refunds(booking)) == ("cancelled", [100_00])
    assert taken(shop.calendar_ids[0]) == []


def test_a_failed_refund_waits_and_the_fee_stays_with_the_partner(cast: Cast, shop: Shop):
    booking = shop.book(cast.customer)
    pay(booking)
    shift(booking, now() + 5 * HOUR)
    act(cast.customer, booking, "cancel")
    fail_refunds(booking)
    assert holds.give_back(booking["id"]) == 0
    assert refunds(booking) == [50_00]
    assert balance("due", f"booking-{booking['id']}") == 50_00


def test_a_failed_refund_of_a_second_payment_does_not_refund_the_first(cast: Cast, shop: Shop):
    booking = shop.book(cast.customer)
    pay(booking)
    pay(booking)
    assert holds.give_back(booking["id"]) == 1
    fail_refunds(booking)
    assert holds.give_back(booking["id"]) == 0
    assert refunds(booking) == [100_00]


def test_a_customer_has_two_holds_at_once(cast: Cast, shop: Shop):
    for hour in range(limits.MOST_HELD):
        shop.book(cast.customer, at(hour=10 + hour))
    refused = shop.try_to_book(cast.customer, at(hour=20))
    assert (refused.status_code, refused.json()["error"]["details"]["limit"]) == (429, "held")


def test_a_partner_that_books_awaits_no_payment(cast: Cast, shop: Shop):
    shop.book(cast.customer, at(days=8))
    booking = shop.book(cast.partner, customerId=cast.customer.id)
    assert (booking["status"], booking["payment"]["status"]) == ("confirmed", "none")
    refused = cast.customer.post("/api/payments", {"bookingId": booking["id"]})
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "not_payable")


def test_only_the_customer_pays_a_hold(cast: Cast, shop: Shop):
    booking = shop.book(cast.customer)
    assert cast.other.post("/api/payments", {"bookingId": booking["id"]}).status_code == 403
    assert cast.customer.post("/api/payments", {"bookingId": new_id()}).status_code == 404
    both = {"bookingId": booking["id"], "orderId": new_id()}
    assert cast.customer.post("/api/payments", both).status_code == 422
    methods = cast.customer.get(f"/api/payments/methods?bookingId={booking['id']}").json()["data"]["methods"]
    assert {each["method"] for each in methods} == {"online"}


def test_an_end_and_a_payment_at_once_leave_one_truth(app: Flask, cast: Cast, shop: Shop):
    def in_context(call: Callable[[], Any]) -> None:
        with app.app_context():
            call()

    for hour in range(6):
        booking = shop.book(cast.customer, at(hour=hour))
        change_row(booking, held_until=now() - SECOND)
        work: list[Callable[[], Any]] = [
            jobs.end_overdue, partial(pay, booking), partial(try_to, cast.customer, booking, "cancel"),
        ]  # fmt: skip
        Pool(3).map(in_context, work)
        holds.give_back(booking["id"])
        after = read(cast.customer, booking)
        if after["status"] == "confirmed":
            assert (after["payment"]["status"], refunds(booking)) == ("paid", [])
            act(cast.customer, booking, "cancel")
        assert sum(refunds(booking)) == 100_00
    assert (taken(shop.calendar_ids[0]), drift(shop)) == ([], [])
