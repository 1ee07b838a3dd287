"""Verifying a payment after the checkout."""

from __future__ import annotations

from typing import Any

import gevent
import pytest
import requests
from gevent.event import Event
from sqlalchemy import text

from metaia.core import db
from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.dev.stubs.server import Mood
from metaia.payments.calling import service as calling
from tests.payments.conftest import Shop
from tests.payments.observed import checkout, notices, postings, statuses, verify


def test_razorpays_checkout_is_verified_at_razorpay(shop: Shop) -> None:
    opened = shop.open(shop.thing(), "razorpay")
    order_id = opened["toPay"]["orderId"]
    body = checkout(order_id, "pay_unpaid")
    assert verify(shop, **body).json()["data"]["payment"]["status"] == "created"
    paid = shop.books["razorpay"].pay(order_id)
    found = verify(shop, **checkout(order_id, paid["id"])).json()["data"]["payment"]
    assert (found["status"], found["captured"], found["method"]) == ("completed", 10, "upi")


@pytest.mark.parametrize(
    "changes",
    [
        {"razorpay_signature": "0" * 64},
        {"razorpay_signature": "é"},
        {"razorpay_order_id": "order_other"},
        {"razorpay_payment_id": "pay_other"},
    ],
)
def test_a_wrong_signature_verifies_nothing(shop: Shop, changes: Json) -> None:
    order_id = shop.open(shop.thing(), "razorpay")["toPay"]["orderId"]
    answer = verify(shop, **(checkout(order_id, "pay_1") | changes))
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "signature_invalid")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"paymentId": "x"},
        {"razorpay_order_id": "o"},
        {"paymentId": new_id(), "razorpay_order_id": "o"},
        {"razorpay_order_id": "o" * 99, "razorpay_payment_id": "p", "razorpay_signature": "s"},
        {"razorpay_order_id": 7, "razorpay_payment_id": [], "razorpay_signature": {}},
    ],
    ids=range(6),
)
def test_incomplete_verifications_are_invalid(shop: Shop, body: Json) -> None:
    assert verify(shop, **body).status_code == 422


def test_an_unreachable_provider_is_asked_by_a_job(shop: Shop) -> None:
    thing = shop.thing()
    opened = shop.open(thing, "stripe")
    shop.books["stripe"].pay(opened["payment"]["reference"])
    shop.stubs["stripe"].moods["stripe"] = iter([Mood(drop=True)])
    assert verify(shop, paymentId=opened["payment"]["id"]).json()["data"]["payment"]["status"] == "created"
    shop.work()
    assert shop.read(opened)["status"] == "completed"
    assert postings(thing) == ["captured", "fee"]


@pytest.mark.parametrize("times", [10] * 3 + [pytest.param(500, marks=pytest.mark.chaos)])
def test_verify_beside_a_webhook_captures_once(shop: Shop, times: int) -> None:
    """Case 1 of the design: both at the same instant (medusa 13301)."""
    books = shop.books["razorpay"]
    for _ in range(times):
        thing = shop.thing()
        opened = shop.open(thing, "razorpay")
        paid = books.pay(opened["toPay"]["orderId"])
        body, signature = books.webhook("payment.captured", payment=paid)
        headers = {"Content-Type": "application/json", "X-Razorpay-Signature": signature}

        def send(body: bytes = body, headers: dict[str, str] = headers) -> None:
            url = f"{shop.world.url}/api/webhooks/razorpay"
            assert requests.post(url, data=body, headers=headers, timeout=30).status_code == 204
            shop.work()

        both: list[Any] = [
            gevent.spawn(send),
            gevent.spawn(verify, shop, **checkout(paid["order_id"], paid["id"])),
        ]
        gevent.joinall(both, raise_error=True, timeout=30)
        assert postings(thing).count("captured") == 1
        assert shop.read(opened)["status"] == "completed"
        assert statuses(opened) == ["completed"]
        assert len(notices(opened)) == 2


def test_the_time_of_a_call_does_not_end_a_transaction(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calling, "SECONDS", 0.5)
    opened = shop.open(shop.thing())
    shop.pay(opened)
    locked = Event()

    def hold() -> None:
        query = text("SELECT 1 FROM payments WHERE id = :id FOR UPDATE")
        with shop.app.app_context(), db.transaction():
            db.execute(query, {"id": opened["payment"]["id"]})
            locked.set()
            gevent.sleep(2)

    holder = gevent.spawn(hold)
    locked.wait()
    answer = verify(shop, paymentId=opened["payment"]["id"])
    holder.get()
    assert answer.json()["data"]["payment"]["status"] == "completed"
