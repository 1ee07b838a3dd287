"""Payments by the demo provider: a stub with a page, for development and tests. No money moves."""

from __future__ import annotations

from urllib.parse import quote

from metaia.providers.http import BearerAuth, HttpProvider, Json, VendorClient
from metaia.providers.payments import demo_facts
from metaia.providers.payments.answers import entity_in, reference_in, stated
from metaia.providers.payments.demo_facts import AMOUNTS
from metaia.providers.payments.facts import Fact, RefundFact
from metaia.providers.payments.interface import Intent, Opened, RefundOrder

PATH = "/demo-payments/api"


class Demo(HttpProvider):
    """A payment has a page, where it can be paid, declined, paid late or twice. Its refunds can fail there."""

    name = demo_facts.NAME
    reusable = True

    def __init__(self, secret: str, base_url: str, callback: str) -> None:
        self.http = VendorClient(base_url, BearerAuth(secret), name="demo")
        self._callback = callback  # the address of webhooks

    def check(self, amount: int, currency: str) -> None:
        """Raise UnpayableAmount if the amount cannot be sent exactly."""
        AMOUNTS.to_wire(amount, currency)

    def create(self, intent: Intent) -> Opened:
        """Open a payment, once per id."""
        content = {
            "paymentId": intent.id, "amount": AMOUNTS.to_wire(intent.amount, intent.currency),
            "currency": intent.currency, "description": intent.description, "returnUrl": intent.return_url,
            "callback": self._callback,
        }  # fmt: skip
        made = entity_in(self.http.post(f"{PATH}/payments", json=content))
        reference = reference_in(made)
        return Opened(reference, self.to_pay(reference, intent))

    def to_pay(self, reference: str, intent: Intent) -> Json:  # noqa: ARG002 - the page knows the rest
        """Return the address of the page."""
        return {"url": f"{self.http.base_url}/demo-payments/{quote(reference, safe='')}"}

    def ask(self, reference: str) -> tuple[Fact, ...]:
        """Return all facts of a payment."""
        return self._facts("GET", f"payments/{quote(reference, safe='')}")

    def ask_refunds(self, attempt: str) -> tuple[Fact, ...]:
        """Return the facts of the refunds of an attempt."""
        found = self._facts("GET", f"attempts/{quote(attempt, safe='')}")
        return tuple(fact for fact in found if isinstance(fact, RefundFact) and fact.attempt == attempt)

    def capture(self, attempt: str, amount: int, currency: str) -> tuple[Fact, ...]:
        """Capture an authorized attempt, whole or in part."""
        content = {"amount": AMOUNTS.to_wire(amount, currency)}
        return self._facts("POST", f"attempts/{quote(attempt, safe='')}/capture", content)

    def cancel(self, reference: str) -> tuple[Fact, ...]:
        """Cancel a payment: what is authorized is voided, and its page pays no more."""
        return self._facts("POST", f"payments/{quote(reference, safe='')}/cancel", {})

    def refund(self, order: RefundOrder) -> tuple[Fact, ...]:
        """Refund an attempt, once per id."""
        content = {"refundId": order.id, "amount": AMOUNTS.to_wire(order.amount, order.currency)}
        found = self._facts("POST", f"attempts/{quote(order.attempt, safe='')}/refunds", content)
        return tuple(fact for fact in found if isinstance(fact, RefundFact) and fact.refund_id == order.id)

    def _facts(self, method: str, path: str, content: Json | None = None) -> tuple[Fact, ...]:
        answer = self.http.request(method, f"{PATH}/{path}", **({} if content is None else {"json": content}))
        return stated(demo_facts.payment_facts, entity_in(answer))
