"""Razorpay in a history of payments."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from metaia.core.json import Json
from tests.chaos.payment_providers import OPEN, Line, Provider, Signed
from tests.providers.payments.stubs import razorpay


class Razorpay(Provider):
    """Takes rupees. It takes money for a dispute once that is lost."""

    name, header = "razorpay", "X-Razorpay-Signature"

    def __init__(self) -> None:
        super().__init__()
        self.books: razorpay.Books = razorpay.Books()

    def pay(self, reference: str, status: str) -> None:
        self.books.pay(reference, status=status)

    def captured(self, reference: str) -> Json | None:
        own = (each for each in self.books.payments.values() if each["order_id"] == reference)
        return next((each for each in own if each["captured"]), None)

    def give_back(self, reference: str, amount: int) -> None:
        paid = self.captured(reference)
        if paid and paid["amount_refunded"] + amount <= paid["amount"]:
            self.books.refunded(paid, amount)

    def fail_refund(self, reference: str) -> None:
        paid = self.captured(reference)
        if paid is None:
            return
        for each in self.refunds(reference)[:1]:
            each["status"] = "failed"
            paid["status"], paid["amount_refunded"] = "captured", paid["amount_refunded"] - each["amount"]

    def refunds(self, reference: str) -> list[Json]:
        paid = self.captured(reference)
        own = [each for each in self.books.refunds.values() if paid and each["payment_id"] == paid["id"]]
        return [each for each in own if each["status"] == "processed"]

    def our_id(self, refund: Json) -> str | None:
        found: str | None = dict(refund["notes"]).get("refundId")
        return found

    def decide(self, reference: str, status: str) -> None:
        paid = self.captured(reference)
        for each in self.books.disputes.values():
            if paid and each["payment_id"] == paid["id"] and each["status"] in OPEN:
                each |= {"status": status, "amount_deducted": each["amount"] if status == "lost" else 0}

    def lines(self, currency: str) -> Iterator[Line]:
        for each in self.books.payments.values():
            if each["captured"] and each["currency"] == currency:
                yield self._line(each, "payment", each["amount"] - each["fee"], each["fee"])
        for each in self.books.refunds.values():
            if each["status"] == "processed" and each["currency"] == currency:
                yield self._line(each, "refund", -each["amount"])
        for each in self.books.disputes.values():
            if each["amount_deducted"] and each["currency"] == currency:
                yield self._line(each, "adjustment", -each["amount_deducted"])

    @staticmethod
    def _line(entity: Json, kind: str, net: int, fee: int = 0) -> Line:
        row = {
            "entity_id": entity["id"], "type": kind, "amount": entity["amount"], "credit": max(0, net),
            "debit": max(0, -net), "fee": fee, "tax": 0, "currency": entity["currency"],
            "created_at": entity["created_at"],
        }  # fmt: skip
        return entity["id"], net, row

    def events(self) -> Iterator[tuple[str, str, Json]]:
        for name in ("payment", "refund", "dispute"):
            for each in getattr(self.books, f"{name}s").values():
                status = "captured" if each.get("captured") else each["status"]
                yield name, status, each

    def event(self, kind: str, status: str, entity: Json) -> bytes:
        prefix = "payment.dispute" if kind == "dispute" else kind
        entities: dict[str, Any] = {kind: entity}
        return self.books.webhook(f"{prefix}.{'created' if status in OPEN else status}", **entities)[0]

    def sign(self, body: bytes) -> Signed:
        return razorpay.signed(body)
