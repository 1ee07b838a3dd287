"""Cancelling and capturing payments."""

from __future__ import annotations

import pytest

from metaia.dev.stubs.demo_payments.books import status_of
from metaia.dev.stubs.server import Mood
from tests.payments.conftest import Shop
from tests.payments.observed import notices, verify


def test_a_payer_cancels(shop: Shop) -> None:
    opened = shop.open(shop.thing())
    shop.pay(opened, "authorize")
    path = f"/api/payments/{opened['payment']['id']}/cancel"
    assert verify(shop, paymentId=opened["payment"]["id"]).json()["data"]["payment"]["status"] == "authorized"
    assert shop.customer.post(path, {"expectedVersion": 1}).status_code == 409
    assert shop.customer.post(path, {}).json()["data"]["payment"]["status"] == "cancelled"
    assert shop.customer.post(path, {}).json()["error"]["code"] == "illegal_transition"
    assert shop.open(shop.thing(5))["payment"]["status"] == "created"


@pytest.mark.parametrize("provider", ["razorpay", "stripe", "payu", "demo"])
def test_every_provider_cancels_what_is_not_paid(shop: Shop, provider: str) -> None:
    opened = shop.open(shop.thing(), provider)
    path = f"/api/payments/{opened['payment']['id']}/cancel"
    assert shop.customer.post(path, {}).json()["data"]["payment"]["status"] == "cancelled"
    assert shop.open(shop.thing(500), provider)["payment"]["id"] != opened["payment"]["id"]


def test_an_attempt_that_is_over_is_not_captured(shop: Shop) -> None:
    opened = shop.open(shop.thing())
    for _ in range(2):
        shop.pay(opened, "authorize")
    [payment] = [
        each
        for each in shop.stubs["demo"].world.demo_payments.payments.values()
        if each["paymentId"] == opened["payment"]["id"]
    ]
    first, second = payment["attempts"]
    shop.stubs["demo"].world.demo_payments.change(payment, second, "voided")
    verify(shop, paymentId=opened["payment"]["id"])
    path = f"/api/payments/{opened['payment']['id']}/capture"
    answer = shop.world.staff("admin").post(path, {})
    assert answer.json()["data"]["payment"]["status"] == "completed"
    assert [status_of(each) for each in (first, second)] == ["captured", "voided"]


def test_an_order_at_razorpay_is_paid_after_its_cancellation(shop: Shop) -> None:
    thing = shop.thing()
    opened = shop.open(thing, "razorpay")
    shop.customer.post(f"/api/payments/{opened['payment']['id']}/cancel", {})
    shop.books["razorpay"].pay(opened["toPay"]["orderId"])
    shop.work(everything=True)
    assert shop.read(opened)["status"] == "completed"
    assert {row.type for row in notices(opened)} == {"payment_late"}


def test_a_cancellation_goes_on_in_a_job(shop: Shop) -> None:
    opened = shop.open(shop.thing())
    shop.stubs["demo"].moods["demo payments"] = iter([Mood(status=500)])
    answer = shop.customer.post(f"/api/payments/{opened['payment']['id']}/cancel", {})
    assert answer.status_code == 503
    shop.work(everything=True)
    assert shop.read(opened)["status"] == "cancelled"


def test_an_admin_captures_a_part(shop: Shop) -> None:
    thing, admin = shop.thing(), shop.world.staff()
    opened = shop.open(thing)
    shop.pay(opened, "authorize")
    path = f"/api/payments/{opened['payment']['id']}"
    asked = admin.post(f"/api/admin/payments/{opened['payment']['id']}/ask")
    assert asked.json()["data"]["payment"]["allowedActions"] == ["cancel", "capture"]
    assert shop.customer.post(f"{path}/capture", {}).status_code == 403
    for amount in (0, -1, 10.01, 0.001):
        assert admin.post(f"{path}/capture", {"amount": amount}).status_code == 422
    done = admin.post(f"{path}/capture", {"amount": 4}).json()["data"]["payment"]
    assert (done["status"], done["captured"], done["amount"]) == ("completed", 4, 10)
    assert admin.post(f"{path}/capture", {}).status_code == 409
