"""Payments that are left open end by themselves, once their provider has stated that they are unpaid."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from metaia.core import db
from metaia.dev.stubs.server import Mood
from metaia.payments import create, jobs
from tests.payments.conftest import Shop


def age(shop: Shop, opened: Any, hours: int = 25) -> None:
    """Let a payment have been opened earlier, and let the jobs run."""
    with shop.app.app_context():
        with db.transaction():
            query = "UPDATE payments SET created_at = now() - make_interval(hours => :hours) WHERE id = :id"
            db.execute(text(query), {"hours": hours, "id": opened["payment"]["id"]})
        jobs.end_abandoned()
    shop.work()


@pytest.mark.parametrize("provider", ["razorpay", "stripe", "payu", "demo"])
def test_an_abandoned_payment_is_cancelled(shop: Shop, provider: str) -> None:
    thing = shop.thing()
    opened = shop.open(thing, provider)
    age(shop, opened, 23)
    assert shop.read(opened)["status"] == "created"
    age(shop, opened)
    assert shop.read(opened)["status"] == "cancelled"
    assert shop.open(thing, provider)["payment"]["id"] != opened["payment"]["id"]


def test_abandoned_payments_do_not_block_their_payer(shop: Shop) -> None:
    made = [shop.open(shop.thing()) for _ in range(create.MOST_OPEN)]
    assert shop.post(shop.thing()).status_code == 409
    age(shop, made[0])
    assert shop.post(shop.thing()).status_code == 201


def test_a_payment_of_which_the_webhook_was_lost_is_completed(shop: Shop) -> None:
    opened = shop.open(shop.thing(), "razorpay")
    shop.books["razorpay"].pay(opened["toPay"]["orderId"])
    age(shop, opened)
    assert shop.read(opened)["status"] == "completed"


def test_what_the_provider_holds_is_not_cancelled(shop: Shop) -> None:
    opened = shop.open(shop.thing())
    shop.pay(opened, "authorize")
    age(shop, opened)
    assert shop.read(opened)["status"] == "authorized"


def test_nothing_ends_while_the_provider_does_not_answer(shop: Shop) -> None:
    opened = shop.open(shop.thing(), "razorpay")
    shop.stubs["razorpay"].moods["razorpay"] = iter([Mood(status=500)] * 9)
    age(shop, opened)
    assert shop.read(opened)["status"] == "created"
    shop.stubs["razorpay"].moods.clear()
    shop.work(everything=True)
    assert shop.read(opened)["status"] == "cancelled"


def test_an_intent_that_was_never_opened_ends(shop: Shop) -> None:
    thing = shop.thing()
    shop.stubs["demo"].moods["demo payments"] = iter([Mood(status=500)])
    assert shop.post(thing).status_code == 503
    [found] = shop.customer.get("/api/payments").json()["data"]["payments"]
    age(shop, {"payment": found})
    assert shop.read({"payment": found})["status"] == "cancelled"
