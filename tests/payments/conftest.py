"""Things to pay, of a type that only tests register, and the providers where they are paid."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import gevent
import pytest
import requests
from flask import Flask
from sqlalchemy import text

from metaia.core import db
from metaia.core.json import Json
from metaia.dev.stubs.server import Stub
from metaia.payments import create, jobs
from metaia.payments.purposes.registry import Purpose
from metaia.providers.payments import registry
from metaia.webhooks import jobs as webhook_jobs
from tests.payments.purposes import Things, registered
from tests.providers.payments.stubs import payu, razorpay, stripe
from tests.support.people import Person, World
from tests.support.server import Server

DEMO_SECRET = "demo-secret-of-the-tests"
SETTINGS = {
    "RAZORPAY_KEY_ID": razorpay.KEY_ID,
    "RAZORPAY_KEY_SECRET": razorpay.KEY_SECRET,
    "RAZORPAY_WEBHOOK_SECRET": razorpay.WEBHOOK_SECRET,
    "STRIPE_SECRET_KEY": stripe.SECRET_KEY,
    "STRIPE_PUBLISHABLE_KEY": stripe.PUBLISHABLE_KEY,
    "STRIPE_WEBHOOK_SECRET": stripe.WEBHOOK_SECRET,
    "PAYU_KEY": payu.KEY,
    "PAYU_SALT": payu.SALT,
    "PAYU_PAYMENT_URL": "https://payu.test/_payment",
    "DEMO_PAYMENTS": True,
    "DEMO_PAYMENTS_SECRET": DEMO_SECRET,
}


@dataclass
class Shop:
    """People who buy things, and their providers. `books` are Razorpay's, Stripe's and PayU's by name."""

    app: Flask
    world: World
    things: Things
    books: dict[str, Any] = field(default_factory=dict)
    stubs: dict[str, Stub] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.customer, self.partner = self.world.person(), self.world.person("tailor")

    def thing(self, payable: int = 1000, **changes: Any) -> Purpose:
        """Return a thing that the customer has to pay."""
        given = {"payer_id": self.customer.id, "partner_id": self.partner.id} | changes
        return self.things.add(payable, **given)

    def open(self, thing: Purpose, provider: str = "demo", **body: Any) -> Json:
        """Open a payment of a thing, and return the data of the answer."""
        answer = self.post(thing, provider, **body)
        assert answer.status_code in {200, 201}, answer.text
        data: Json = answer.json()["data"]
        return data

    def post(self, thing: Purpose, provider: str = "demo", **body: Any) -> requests.Response:
        """Send the request that opens a payment."""
        return self.customer.post("/api/payments", {"orderId": thing.id, "provider": provider} | body)

    def pay(self, opened: Json, action: str = "pay") -> None:
        """Do something on the page of the demo provider."""
        requests.post(f"{opened['toPay']['url']}/{action}", allow_redirects=False, timeout=30)

    def read(self, opened: Json, person: Person | None = None) -> Json:
        """Return a payment as a person sees it."""
        answer = (person or self.customer).get(f"/api/payments/{opened['payment']['id']}")
        found: Json = answer.json()["data"]["payment"]
        return found

    def work(self, *, everything: bool = False) -> None:
        """Digest webhooks and ask due questions; with `everything` also those that are due later."""
        with self.app.app_context():
            webhook_jobs.digest()
            if everything:
                with db.transaction():
                    db.execute(text("UPDATE payment_questions SET due_at = now() WHERE due_at IS NOT NULL"))
            jobs.ask_batch()


@pytest.fixture
def things(app: Flask, world: World) -> Things:
    """Give the registered type of purposes; its things are paid by a new user."""
    return registered(app, world)


@pytest.fixture
def shop(
    app: Flask, server: Server, world: World, things: Things, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Shop]:
    """Give a shop with all providers."""
    made = Shop(app, world, things)
    books: dict[str, Callable[[], Any]] = {
        "razorpay": lambda: razorpay.Books(random.randrange(10**12)),
        "stripe": lambda: stripe.Books(random.randrange(10**12)),
        "payu": lambda: payu.Books(random.randrange(10**17)),
    }
    monkeypatch.setattr(create, "ORDER", things.name)
    with db.transaction():  # the providers of earlier tests are gone
        db.execute(
            text("UPDATE payment_questions SET answered_at = now(), due_at = NULL WHERE due_at IS NOT NULL")
        )
    monkeypatch.setitem(app.config, "PUBLIC_BASE_URL", server.url)
    for name, value in SETTINGS.items():
        monkeypatch.setitem(app.config, name, value)
    for name, make in books.items():
        made.books[name] = make()
        made.stubs[name] = made.books[name].stub()
    made.stubs["demo"] = Stub({"DEMO_PAYMENTS_SECRET": DEMO_SECRET, "DEMO_LATE_SECONDS": "0.2"})
    monkeypatch.setitem(app.extensions, registry.EXTENSION, {})
    for name, stub in made.stubs.items():
        stub.__enter__()
        setting = "DEMO_PAYMENTS_URL" if name == "demo" else f"{name.upper()}_BASE_URL"
        monkeypatch.setitem(app.config, setting, stub.url)
    yield made
    ends = [gevent.spawn(stub.__exit__, None, None, None) for stub in made.stubs.values()]
    gevent.joinall(ends, raise_error=True)  # each waits until its server looks whether it should end
    for provider in app.extensions[registry.EXTENSION].values():
        provider.close()
