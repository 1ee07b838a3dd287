"""Stripe in a history of payments."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from metaia.core.json import Json
from tests.chaos.payment_providers import OPEN, Line, Provider, Signed
from tests.providers.payments.stubs import stripe

FEE = 59  # of the stub, for each capture
STATUSES = {"captured": "succeeded", "authorized": "requires_capture"}  # of an intent, by how it is paid
EVENTS = {
    "succeeded": "payment_intent.succeeded", "requires_capture": "payment_intent.amount_capturable_updated",
    "canceled": "payment_intent.canceled", "requires_payment_method": "payment_intent.payment_failed",
}  # fmt: skip


class Stripe(Provider):
    """Takes yen and dinars. It takes money for a dispute when that opens, and gives it back if it is won."""

    name, header = "stripe", "Stripe-Signature"

    def __init__(self) -> None:
        super().__init__()
        self.books: stripe.Books = stripe.Books()

    def pay(self, reference: str, status: str) -> None:
        if status == "failed":
            self.books.intents[reference]["last_payment_error"] = {"code": "card_declined", "message": "No."}
        else:
            self.books.pay(reference, STATUSES[status])

    def captured(self, reference: str) -> Json | None:
        intent: Json = self.books.intents[reference]
        return intent if intent["amount_received"] else None

    def give_back(self, reference: str, amount: int) -> None:
        paid = self.captured(reference)
        if paid and amount + sum(each["amount"] for each in self.refunds(reference)) <= paid["amount"]:
            self.books.refunded(paid, amount)

    def fail_refund(self, reference: str) -> None:
        for each in self.refunds(reference)[:1]:
            each |= {"status": "failed", "failure_reason": "expired_or_canceled_card"}

    def refunds(self, reference: str) -> list[Json]:
        own = [each for each in self.books.refunds.values() if each["payment_intent"] == reference]
        return [each for each in own if each["status"] == "succeeded"]

    def our_id(self, refund: Json) -> str | None:
        found: str | None = refund["metadata"].get("refundId")
        return found

    def decide(self, reference: str, status: str) -> None:
        for each in self.books.disputes.values():
            if each["payment_intent"] == reference and each["status"] in OPEN:
                each["status"] = status
                if status == "won":
                    first, *_ = each["balance_transactions"]
                    back = first | {"id": f"{first['id']}_back", "amount": each["amount"], "fee": 0}
                    each["balance_transactions"].append(back | {"created": stripe.NOW})

    def lines(self, currency: str) -> Iterator[Line]:
        code = currency.lower()
        for each in self.books.intents.values():
            if each["amount_received"] and each["currency"] == code:
                source = {"id": each["latest_charge"], "payment_intent": each["id"]}
                yield self._line(each, "charge", each["amount_received"], FEE, source)
        for each in self.books.refunds.values():
            if each["status"] == "succeeded" and each["currency"] == code:
                yield self._line(each, "refund", -each["amount"], 0, each["id"])
        for dispute in self.books.disputes.values():
            for each in dispute["balance_transactions"]:
                if each["currency"] == code:
                    yield self._line(each, "adjustment", each["amount"], each["fee"], dispute["id"])

    @staticmethod
    def _line(entity: Json, kind: str, amount: int, fee: int, source: Any) -> Line:
        row = {
            "id": f"txn_of_{entity['id']}", "object": "balance_transaction", "type": kind, "amount": amount, "fee": fee,
            "net": amount - fee, "currency": entity["currency"], "created": entity["created"], "source": source,
        }  # fmt: skip
        return entity["id"], amount - fee, row

    def events(self) -> Iterator[tuple[str, str, Json]]:
        for intent in self.books.intents.values():
            if intent["status"] != "requires_payment_method" or intent["last_payment_error"]:
                yield "intent", intent["status"], intent
        for refund in self.books.refunds.values():
            yield "refund", refund["status"], refund
        for dispute in self.books.disputes.values():
            yield "dispute", dispute["status"], dispute

    def event(self, kind: str, status: str, entity: Json) -> bytes:
        if kind == "intent":
            event = EVENTS[status]
        elif kind == "refund":
            event = "refund.failed" if status == "failed" else "refund.created"
        else:
            event = f"charge.dispute.{'created' if status in OPEN else 'closed'}"
        return self.books.event(event, entity)[0]

    def sign(self, body: bytes) -> Signed:
        return stripe.signed(body)
