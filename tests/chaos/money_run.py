"""A run of one history: what is sold is paid, refunded, disputed, ended and paid out while processes die."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

import requests

from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.core.money import to_major
from tests.chaos import money_sales as sales
from tests.chaos.lossy_calls import LossyCalls
from tests.chaos.money_histories import CURRENCIES, History
from tests.chaos.money_sales import Sale
from tests.chaos.money_shop import MoneyShop
from tests.chaos.payment_providers import Provider
from tests.chaos.shops import CALLS, COMMITS, dies_in
from tests.e2e.stack import kill
from tests.providers.payments.stubs import razorpay, stripe
from tests.support.people import Person

ROUNDS = 6  # of reconciliation, after which nothing new may happen


@dataclass
class Run:
    """One history in a shop."""

    shop: MoneyShop
    history: History
    sales: list[Sale] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.calls = LossyCalls(self.shop.own.url, self.history.chance)

    def play(self) -> None:
        """Let the history happen, and everything that waits be done; the web process runs on."""
        web = self.shop.own.web(METAIA_FAULT=self.history.web)
        self.sales = [sales.sell(self.shop, life) for life in self.history.lives]
        if self.history.web in CALLS:
            dies_in(web, lambda: self._open(self.history.chance.choice(self.sales)))
            web = self.shop.own.web()
        for sale in self.sales:
            self._open(sale)
            sales.time_passes(self.shop, sale)
        self._pay()
        if self.history.web in COMMITS:
            dies_in(web, lambda: self._verify(self.history.chance.choice(self.sales)))
            self.shop.own.web()
        worker = self.shop.own.worker(METAIA_FAULT=self.history.worker)
        if self.history.worker in COMMITS:  # it asks
            self.shop.questions_are_due()
        for sale in self.sales:
            self._live(sale)
        self._request_payouts()
        self.shop.wait(lambda: worker.poll() is not None or not self.shop.waiting(), "dead, and not done")
        kill(worker)
        worker = self.shop.own.worker()
        self._reconcile()
        kill(worker)

    def _open(self, sale: Sale) -> None:
        body = sale.named | {"provider": CURRENCIES[sale.life.currency]}
        answer = self.shop.ask(sale.customer, "POST", "/api/payments", body)
        assert answer.status_code in {200, 201}, answer.text
        sale.payment_id = answer.json()["data"]["payment"]["id"]
        [(sale.reference,)] = self.shop.own.rows(
            "SELECT reference FROM payments WHERE id = %s", sale.payment_id
        )

    def _pay(self) -> None:
        for sale in self.sales:
            provider = self._at(sale)
            provider.pay(sale.reference, sale.life.pays)
            self._collect()
            if sale.life.pays == "failed":
                provider.pay(sale.reference, "captured")
                self._collect()

    def _live(self, sale: Sale) -> None:
        self.calls.deliver()
        if sale.life.verifies:
            self._verify(sale)
        if sale.life.captures:
            self._may(self.shop.admin, "POST", f"/api/payments/{sale.payment_id}/capture", {})
        if sale.life.early:
            self._take_back(sale)
        self._end(sale)
        if not sale.life.early:
            self._take_back(sale)
        if sale.life.dispute in {"won", "lost"}:
            self._at(sale).decide(sale.reference, sale.life.dispute)
        self._collect()
        self.calls.deliver()

    def _take_back(self, sale: Sale) -> None:
        """Refund and dispute a payment."""
        life, provider = sale.life, self._at(sale)
        if life.refund == "asked":
            body = {"amount": to_major(life.part, life.currency), "reason": "requested_by_customer"}
            headers = {"Idempotency-Key": new_id()}
            path = f"/api/payments/{sale.payment_id}/refunds"
            self._may(self.shop.admin, "POST", path, body, headers=headers)
        elif life.refund == "dashboard":
            provider.give_back(sale.reference, life.part)
        if life.dispute != "none":
            provider.dispute(sale.reference, life.part)
        self._collect()
        self.calls.deliver()

    def _end(self, sale: Sale) -> None:
        if sale.life.ends == "complete":
            self._ask(sale)  # its partner can take it only once it is paid
        for person, action, body in sales.end(self.shop, sale):
            self._may(person, "PATCH", f"{sale.path}/{action}", body)

    def _request_payouts(self) -> None:
        for currency in CURRENCIES:
            self.shop.bank.request(self.shop, currency, self.history.chance)

    def _reconcile(self) -> None:
        """Ask for what no webhook has stated, until nothing new happens."""
        self._settle()
        self.shop.bank.execute(self.shop, self.history.chance)
        for sale in self.sales:
            if sale.life.returns:
                self._at(sale).fail_refund(sale.reference)
        for _ in range(ROUNDS):
            new = self._collect()
            self.calls.deliver(late=True)
            for sale in self.sales:
                self._ask(sale)
            self._settle()
            self._request_payouts()
            if not new:
                self._settle()
                return
        raise AssertionError(f"the providers state something new after {ROUNDS} rounds")

    def _settle(self) -> None:
        self.shop.questions_are_due()
        self.shop.wait(lambda: not self.shop.waiting(), "done")

    def _verify(self, sale: Sale) -> None:
        body = {"paymentId": sale.payment_id}
        self._may(sale.customer, "POST", "/api/payments/verify", body)

    def _ask(self, sale: Sale) -> None:
        self._may(self.shop.admin, "POST", f"/api/admin/payments/{sale.payment_id}/ask")

    def _may(
        self, person: Person, method: str, path: str, body: Json | None = None, **options: Any
    ) -> requests.Response:
        """Call what is done, or refused because of the state."""
        answer = self.shop.ask(person, method, path, body, **options)
        assert answer.ok or answer.status_code == 409, f"{path}: {answer.text}"
        return answer

    def _collect(self) -> int:
        return sum(self.calls.take(provider.news()) for provider in self.shop.providers.values())

    def _at(self, sale: Sale) -> Provider:
        """Return the provider of a sale, by whose clock it is now."""
        razorpay.NOW = stripe.NOW = int(time.time())
        return sales.provider(self.shop, sale)
