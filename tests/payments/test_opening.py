"""Opening payments: one per purpose and provider, whatever happens between our commit and the provider's answer."""

from __future__ import annotations

from collections import Counter
from typing import Any

import gevent
import pytest
import requests
from gevent.pool import Pool
from sqlalchemy import text

from metaia.core import db
from metaia.core.ids import new_id
from metaia.dev.stubs.server import HANGS, Mood
from metaia.payments import create
from tests.payments.conftest import Shop

PROVIDERS = ("razorpay", "stripe", "payu", "demo")


def rows(thing_id: str) -> list[Any]:
    return db.fetch_all(text("SELECT * FROM payments WHERE purpose_id = :id ORDER BY id"), {"id": thing_id})


@pytest.mark.parametrize(
    ("provider", "names"),
    [
        ("razorpay", {"keyId", "orderId", "amount", "currency", "name", "prefill"}),
        ("stripe", {"publishableKey", "clientSecret"}),
        ("payu", {"action", "fields"}),
        ("demo", {"url"}),
    ],
)
def test_a_payment_is_opened_once(shop: Shop, provider: str, names: set[str]) -> None:
    thing = shop.thing()
    answers = [shop.post(thing, provider) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 200]
    first, second = (answer.json()["data"] for answer in answers)
    assert (first["toPay"], first["payment"]["id"]) == (second["toPay"], second["payment"]["id"])
    assert set(first["toPay"]) == names
    payment = shop.read(first)
    assert (payment["status"], payment["amount"], payment["orderId"]) == ("created", 10, thing.order_id)
    assert payment["purpose"] == {"type": "thing", "id": thing.id}


def test_a_hundred_requests_open_one_payment(shop: Shop) -> None:
    thing = shop.thing()
    answers: list[requests.Response] = []
    busy: list[requests.Response] = []

    def send() -> None:
        answer = shop.post(thing)
        while answer.status_code == 503:  # the machine is too busy: clients repeat the request
            busy.append(answer)
            answer = shop.post(thing)
        answers.append(answer)

    gevent.joinall([gevent.spawn(send) for _ in range(100)], raise_error=True, timeout=110)
    created = sum(answer.status_code == 201 for answer in answers)
    assert Counter(answer.status_code for answer in answers) == Counter({200: 100 - created, 201: created})
    assert created == 1 or (created == 0 and busy), "also the request that opened it may have been too slow"
    assert len({answer.json()["data"]["payment"]["reference"] for answer in answers}) == 1
    assert len(rows(thing.id)) == 1
    books = shop.stubs["demo"].world.demo_payments
    assert len([each for each in books.payments.values() if each["paymentId"] == rows(thing.id)[0].id]) == 1


@pytest.mark.parametrize("mood", [HANGS, Mood(status=500), Mood(drop=True), Mood(drop=True, takes=True)])
def test_a_provider_that_fails_leaves_an_intent(shop: Shop, mood: Mood) -> None:
    """Three providers at once, because a request waits for seconds."""
    things = {provider: shop.thing() for provider in ("razorpay", "stripe", "demo")}
    for provider in things:
        shop.stubs[provider].moods["demo payments" if provider == "demo" else provider] = iter([mood])
    at_once = Pool(len(things))
    for answer in at_once.map(lambda provider: shop.post(things[provider], provider), things):
        assert (answer.status_code, answer.json()["error"]["code"]) == (503, "provider_unavailable")
    intents = {provider: rows(thing.id) for provider, thing in things.items()}
    assert {(found.reference, found.status) for [found] in intents.values()} == {(None, "created")}
    if mood.drop:
        shop.work(everything=True)
        assert all(rows(thing.id)[0].reference for thing in things.values())
    opened = at_once.map(lambda provider: shop.open(things[provider], provider), things)
    for data, (provider, [intent]) in zip(opened, intents.items(), strict=True):
        assert (data["payment"]["id"], len(rows(things[provider].id))) == (intent.id, 1)


def test_a_provider_that_refuses_leaves_nothing(shop: Shop) -> None:
    thing = shop.thing()
    shop.stubs["demo"].moods["demo payments"] = iter([Mood(status=400, content={"error": {"type": "no"}})])
    answer = shop.post(thing)
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "provider_refused")
    assert rows(thing.id) == []
    assert shop.post(thing).status_code == 201


def test_another_amount_closes_the_open_payment(shop: Shop) -> None:
    thing = shop.thing(1000)
    first = shop.open(thing)
    shop.thing(700, id=thing.id)
    second = shop.open(thing)
    assert second["payment"]["id"] != first["payment"]["id"]
    assert second["payment"]["amount"] == 7
    shop.work()
    assert shop.read(first)["status"] == "cancelled"


def test_a_declined_payment_is_paid_at_the_second_attempt(shop: Shop) -> None:
    thing = shop.thing()
    first = shop.open(thing)
    shop.pay(first, "decline")
    assert verified(shop, first)["failure"] == {"code": "declined", "message": "The bank has declined."}
    assert shop.open(thing)["payment"]["id"] == first["payment"]["id"]
    shop.pay(first)
    assert verified(shop, first)["status"] == "completed"
    assert shop.open(shop.thing(5))["payment"]["amount"] == 0.05


def test_payu_needs_a_new_payment_after_a_failure(shop: Shop) -> None:
    thing = shop.thing()
    first = shop.open(thing, "payu")
    shop.books["payu"].pay(first["toPay"]["fields"], "failure", "failed")
    assert verified(shop, first)["status"] == "failed"
    assert shop.open(thing, "payu")["payment"]["id"] != first["payment"]["id"]


def test_open_payments_are_limited(shop: Shop) -> None:
    for _ in range(create.MOST_OPEN):
        shop.open(shop.thing())
    answer = shop.post(shop.thing())
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "too_many_open_payments")


def test_attempts_of_one_payment_are_limited(shop: Shop) -> None:
    thing = shop.thing()
    first = shop.open(thing)
    for _ in range(create.MOST_ATTEMPTS):
        shop.pay(first, "decline")
    verified(shop, first)
    assert shop.open(thing)["payment"]["id"] != first["payment"]["id"]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 422, "invalid"),
        ({"orderId": "x"}, 422, "invalid"),
        ({"orderId": 7}, 422, "invalid"),
        ({"orderId": "ID", "provider": "cash"}, 422, "invalid"),
        ({"orderId": "ID", "returnUrl": "javascript:alert(1)"}, 422, "invalid"),
        ({"orderId": "ID", "returnUrl": "https://" + "a" * 600}, 422, "invalid"),
        ({"orderId": "ID", "amount": 1}, 422, "invalid"),
        ({"orderId": new_id()}, 404, "not_found"),
    ],
)
def test_wrong_requests_open_nothing(shop: Shop, body: dict[str, Any], status: int, code: str) -> None:
    thing = shop.thing()
    answer = shop.customer.post(
        "/api/payments", {name: thing.id if value == "ID" else value for name, value in body.items()}
    )
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert rows(thing.id) == []


def test_only_the_payer_opens(shop: Shop) -> None:
    thing = shop.thing()
    for person in (shop.partner, shop.world.person(), shop.world.staff()):
        assert person.post("/api/payments", {"orderId": thing.id}).status_code == 403
    shop.things.refused.add(thing.id)
    assert shop.post(thing).json()["error"]["code"] == "already_paid"
    assert shop.post(shop.thing(0)).json()["error"]["code"] == "already_paid"


def test_methods_state_why_not(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def methods(**changes: Any) -> dict[str, str | None]:
        answer = shop.customer.get(f"/api/payments/methods?orderId={shop.thing(**changes).id}")
        return {
            each["provider"]: each["reason"] for each in answer.json()["data"]["methods"] if each["provider"]
        }

    assert methods() == dict.fromkeys(PROVIDERS)
    assert methods(currency="EUR")["payu"] == "currency_not_supported"
    assert methods(payable=18605, currency="KWD")["stripe"] == "amount_not_payable"
    monkeypatch.setitem(shop.app.config, "STRIPE_SECRET_KEY", "")
    assert methods()["stripe"] == "not_configured"


def test_an_order_can_be_paid_in_cash(shop: Shop) -> None:
    answer = shop.customer.get(f"/api/payments/methods?orderId={shop.thing().id}")
    found = {each["method"]: each for each in answer.json()["data"]["methods"]}
    assert found["cod"] == {"method": "cod", "provider": None, "available": True, "reason": None}


@pytest.mark.parametrize("provider", ["razorpay", "stripe"])
def test_an_amount_that_cannot_be_sent_is_refused(shop: Shop, provider: str) -> None:
    answer = shop.post(shop.thing(18605, currency="KWD"), provider)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (422, "amount_not_payable")
    assert error["details"]["nearest"] == ["18.6", "18.61"]
    assert shop.open(shop.thing(18600, currency="KWD"), provider)["payment"]["amount"] == 18.6


def verified(shop: Shop, opened: dict[str, Any]) -> Any:
    """Verify a payment, and return it."""
    answer = shop.customer.post("/api/payments/verify", {"paymentId": opened["payment"]["id"]})
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]["payment"]
