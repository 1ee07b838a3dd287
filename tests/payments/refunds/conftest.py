"""Payments at Razorpay whose money can be refunded."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from metaia.core import db
from metaia.core.ids import new_id
from metaia.dev.stubs.server import Stub
from metaia.payments import queries, service
from metaia.payments.purposes.registry import Purpose
from metaia.providers.payments import razorpay_facts, registry
from tests.payments.facts import at
from tests.providers.payments.stubs import razorpay

Paid = Callable[..., str]


@pytest.fixture
def context(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


@pytest.fixture
def books() -> razorpay.Books:
    return razorpay.Books(random.randrange(10**12))


@pytest.fixture
def paid(app: Flask, books: razorpay.Books) -> Paid:
    """Give a function that lets a customer pay once, for a purpose or none; it returns the payment's id."""

    def pay(amount: int = 1000, purpose: Purpose | None = None, currency: str = "INR") -> str:
        order = f"order_{new_id()}"
        books.orders[order] = {
            "id": order,
            "amount": amount,
            "currency": currency,
            "status": "created",
            "receipt": "",
        }
        entity = books.pay(order)
        with app.app_context(), db.transaction():
            service.take([*razorpay_facts.payment_facts(entity, at(1))], source="test", purpose=purpose)
            return str(queries.id_of("razorpay", order))

    return pay


@pytest.fixture
def stub(books: razorpay.Books) -> Iterator[Stub]:
    with books.stub() as running:
        yield running


@pytest.fixture
def settings(stub: Stub) -> dict[str, str]:
    return {
        "RAZORPAY_KEY_ID": razorpay.KEY_ID,
        "RAZORPAY_KEY_SECRET": razorpay.KEY_SECRET,
        "RAZORPAY_BASE_URL": stub.url,
    }


@pytest.fixture
def configured(app: Flask, settings: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name, value in settings.items():
        monkeypatch.setitem(app.config, name, value)
    app.extensions.pop(registry.EXTENSION, None)
    yield
    registry.provider("razorpay").close()
    app.extensions.pop(registry.EXTENSION)
