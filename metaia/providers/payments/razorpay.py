"""Payments by Razorpay (razorpay.com/docs/api)."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from requests.auth import HTTPBasicAuth

from metaia.providers.http import (
    HttpProvider,
    Json,
    VendorClient,
    json_objects,
)
from metaia.providers.payments import razorpay_facts
from metaia.providers.payments.answers import entity_in, reference_in, stated
from metaia.providers.payments.facts import Fact
from metaia.providers.payments.interface import Evidence, EvidenceFile, Intent, Opened, RefundOrder
from metaia.providers.payments.wire_amounts import RAZORPAY


class Razorpay(HttpProvider):
    """A payment is an order at Razorpay, with any number of attempts ("payments"). An order cannot be given an end."""

    name = razorpay_facts.NAME
    reusable = True

    def __init__(self, key_id: str, key_secret: str, base_url: str) -> None:
        self.http = VendorClient(base_url, HTTPBasicAuth(key_id, key_secret), name="razorpay")
        self._key_id = key_id

    def check(self, amount: int, currency: str) -> None:
        """Raise UnpayableAmount if the amount cannot be sent exactly."""
        RAZORPAY.to_wire(amount, currency)

    def create(self, intent: Intent) -> Opened:
        """Open an order, once per receipt. Raises UnpayableAmount, Temporary, Permanent and Technical."""
        content = {
            "amount": RAZORPAY.to_wire(intent.amount, intent.currency), "currency": intent.currency,
            "receipt": intent.id, "unique_receipt": True, "notes": {"paymentId": intent.id},
        }  # fmt: skip
        reference = reference_in(self._made(content))
        return Opened(reference, self.to_pay(reference, intent))

    def to_pay(self, reference: str, intent: Intent) -> Json:
        """Return the parameters of the checkout."""
        return {
            "keyId": self._key_id, "orderId": reference, "amount": RAZORPAY.to_wire(intent.amount, intent.currency),
            "currency": intent.currency, "name": intent.description,
            "prefill": {"name": intent.name, "email": intent.email, "contact": intent.phone},
        }  # fmt: skip

    def _made(self, content: Json) -> Json:
        """Return a new order, or the one that an earlier call with the same receipt has made."""
        answer = self.http.post("/v1/orders", json=content)
        if answer.status_code == 400:
            path = f"/v1/orders?receipt={quote(content['receipt'], safe='')}"
            for known in json_objects(entity_in(self.http.request("GET", path)).get("items")):
                return known
        return entity_in(answer)

    def ask(self, reference: str) -> tuple[Fact, ...]:
        """Return the facts of all attempts of an order, and of the refunds of those that are captured."""
        answer = entity_in(self.http.request("GET", f"/v1/orders/{quote(reference, safe='')}/payments"))
        payments = json_objects(answer.get("items"))
        found = [fact for payment in payments for fact in stated(razorpay_facts.payment_facts, payment)]
        captured = [reference_in(payment) for payment in payments if payment.get("captured") is True]
        return (*found, *(fact for attempt in captured for fact in self.ask_refunds(attempt)))

    def ask_refunds(self, attempt: str) -> tuple[Fact, ...]:
        """Return the facts of the refunds of an attempt."""
        path = f"/v1/payments/{quote(attempt, safe='')}/refunds?count=100"
        items = json_objects(entity_in(self.http.request("GET", path)).get("items"))
        return tuple(fact for refund in items for fact in stated(razorpay_facts.refund_facts, refund))

    def capture(self, attempt: str, amount: int, currency: str) -> tuple[Fact, ...]:
        """Capture an authorized attempt, which Razorpay allows as a whole only."""
        content = {"amount": RAZORPAY.to_wire(amount, currency), "currency": currency}
        path = f"/v1/payments/{quote(attempt, safe='')}/capture"
        payment = entity_in(self.http.post(path, json=content))
        return stated(razorpay_facts.payment_facts, payment)

    def cancel(self, reference: str) -> tuple[Fact, ...]:
        """Return what is known: an order at Razorpay has no end, and a later success of it will be refunded."""
        return self.ask(reference)

    def refund(self, order: RefundOrder) -> tuple[Fact, ...]:
        """Refund an attempt, once per id. A repetition while the first call runs raises Temporary."""
        content = {
            "amount": RAZORPAY.to_wire(order.amount, order.currency), "receipt": order.id,
            "notes": {razorpay_facts.OUR_ID: order.id},
        }  # fmt: skip
        path = f"/v1/payments/{quote(order.attempt, safe='')}/refund"
        answer = self.http.post(path, json=content, headers={"X-Refund-Idempotency": order.id})
        return stated(razorpay_facts.refund_facts, entity_in(answer))

    def ask_dispute(self, dispute: str) -> tuple[Fact, ...]:
        """Return the facts of a dispute."""
        return self._dispute("GET", f"/v1/disputes/{quote(dispute, safe='')}")

    def accept_dispute(self, dispute: str) -> tuple[Fact, ...]:
        """Accept a dispute, which deducts its amount. One that is decided already raises Permanent."""
        return self._dispute("POST", f"/v1/disputes/{quote(dispute, safe='')}/accept")

    def contest_dispute(self, dispute: str, evidence: Evidence) -> tuple[Fact, ...]:
        """Submit a summary with at least one document, which Razorpay requires."""
        documents = [self._document(file) for file in evidence.files]
        content: Json = {"summary": evidence.summary, "action": "submit"}
        if documents:
            content["others"] = [{"type": "evidence", "document_ids": documents}]
        return self._dispute("PATCH", f"/v1/disputes/{quote(dispute, safe='')}/contest", json=content)

    def _document(self, file: EvidenceFile) -> str:
        files = {"file": (file.name, file.content, file.content_type)}
        answer = self.http.post("/v1/documents", data={"purpose": "dispute_evidence"}, files=files)
        return reference_in(entity_in(answer))

    def _dispute(self, method: str, path: str, **content: Any) -> tuple[Fact, ...]:
        return stated(razorpay_facts.dispute_facts, entity_in(self.http.request(method, path, **content)))
