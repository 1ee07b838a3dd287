"""Razorpay: orders, payments and refunds."""

from __future__ import annotations

import hmac
import json
import re
from itertools import count
from typing import Any
from urllib.parse import parse_qs, urlsplit

from metaia.core.json import Json
from metaia.dev.stubs.server import Stub
from metaia.dev.stubs.vendor import Answer, Call, World
from tests.providers.payments.stubs.routing import Refused, route

KEY_ID, KEY_SECRET, WEBHOOK_SECRET = "rzp_test_key", "key-secret", "webhook-secret"
NOW = 1_768_046_400
PATHS = (
    ("POST", r"/v1/orders", "make"),
    ("GET", r"/v1/orders", "by_receipt"),
    ("GET", r"/v1/orders/(\w+)/payments", "payments_of"),
    ("POST", r"/v1/payments/(\w+)/capture", "capture"),
    ("POST", r"/v1/payments/(\w+)/refund", "refund"),
    ("GET", r"/v1/payments/(\w+)/refunds", "refunds_of"),
    ("GET", r"/v1/disputes/(\w+)", "dispute"),
    ("POST", r"/v1/disputes/(\w+)/accept", "accept"),
    ("PATCH", r"/v1/disputes/(\w+)/contest", "contest"),
    ("POST", r"/v1/documents", "document"),
)


class Books:
    """What Razorpay knows. `pay` and `webhook` are what customers and Razorpay itself do."""

    def __init__(self, first: int = 1) -> None:
        self.orders: dict[str, Json] = {}
        self.payments: dict[str, Json] = {}
        self.refunds: dict[str, Json] = {}
        self.disputes: dict[str, Json] = {}
        self.documents: dict[str, bytes] = {}
        self._keys: dict[str, tuple[Json, Json]] = {}
        self._numbers = count(first)

    def stub(self) -> Stub:
        """Return a server with these books."""
        return Stub({}, paths=((r"/v1/.*", "razorpay", self.answer),))

    def answer(self, call: Call, _: World) -> Answer:
        if call.basic() != f"{KEY_ID}:{KEY_SECRET}":
            return _error(401, "Authentication failed")
        found = route(PATHS, call)
        if found is None:
            return _error(404, "The requested URL was not found on the server.")
        name, groups = found
        try:
            return Answer(200, getattr(self, name)(call, *groups))
        except Refused as refused:
            return _error(400, str(refused))

    def make(self, call: Call) -> Json:
        given = call.json()
        amount, receipt = given.get("amount"), given.get("receipt", "")
        if not isinstance(amount, int) or amount < 100:
            raise Refused("The amount must be atleast INR 1.00")
        if given["currency"] in {"KWD", "BHD", "OMR"} and amount % 10:
            raise Refused("The amount has a wrong last digit")
        if len(receipt) > 40:
            raise Refused("The receipt may not be greater than 40 characters.")
        if given.get("unique_receipt") and any(each["receipt"] == receipt for each in self.orders.values()):
            raise Refused("Receipt should be unique")
        made = {
            "id": self._id("order"), "entity": "order", "amount": amount, "amount_paid": 0, "amount_due": amount,
            "currency": given["currency"], "receipt": receipt, "status": "created", "attempts": 0,
            "notes": given.get("notes") or [], "created_at": NOW,
        }  # fmt: skip
        self.orders[made["id"]] = made
        return made

    def by_receipt(self, call: Call) -> Json:
        [receipt] = parse_qs(urlsplit(call.path).query)["receipt"]
        return _collection([each for each in self.orders.values() if each["receipt"] == receipt])

    def payments_of(self, _: Call, order_id: str) -> Json:
        if order_id not in self.orders:
            raise Refused("The id provided does not exist")
        return _collection([each for each in self.payments.values() if each["order_id"] == order_id])

    def refunds_of(self, _: Call, payment_id: str) -> Json:
        return _collection([each for each in self.refunds.values() if each["payment_id"] == payment_id])

    def capture(self, call: Call, payment_id: str) -> Json:
        given, payment = call.json(), self.payments[payment_id]
        if payment["status"] != "authorized":
            raise Refused("This payment has already been captured")
        if (given["amount"], given["currency"]) != (payment["amount"], payment["currency"]):
            raise Refused("Capture amount must be equal to the amount authorized")
        return self._captured(payment)

    def refund(self, call: Call, payment_id: str) -> Json:
        given, payment = call.json(), self.payments[payment_id]
        key = call.headers.get("X-Refund-Idempotency", "")
        if not re.fullmatch(r"[A-Za-z0-9_-]{10,}", key):
            raise Refused("The idempotency key is invalid")
        if key in self._keys:
            before, made = self._keys[key]
            if before != given:
                raise Refused("Different request body with the same idempotency key")
            return made
        if not payment["captured"]:
            raise Refused("The payment status should be captured for action to be taken")
        if (
            not isinstance(given["amount"], int)
            or given["amount"] + payment["amount_refunded"] > payment["amount"]
        ):
            raise Refused("The total refund amount is greater than the refund payment amount")
        made = self.refunded(payment, given["amount"], given.get("notes") or [], given.get("receipt"))
        self._keys[key] = (given, made)
        return made

    def refunded(self, payment: Json, amount: int, notes: Any = (), receipt: str | None = None) -> Json:
        """Refund, as in the dashboard."""
        made = {
            "id": self._id("rfnd"), "entity": "refund", "amount": amount, "currency": payment["currency"],
            "payment_id": payment["id"], "receipt": receipt, "notes": notes, "status": "processed",
            "created_at": NOW, "acquirer_data": {"arn": None},
        }  # fmt: skip
        payment["amount_refunded"] += amount
        whole = payment["amount_refunded"] == payment["amount"]
        payment["refund_status"] = "full" if whole else "partial"
        if whole:
            payment["status"] = "refunded"
        self.refunds[made["id"]] = made
        return made

    def pay(self, order_id: str, *, status: str = "captured") -> Json:
        """Pay an order, as its customer: also one that we think is cancelled."""
        order = self.orders[order_id]
        made = {
            "id": self._id("pay"), "entity": "payment", "amount": order["amount"], "currency": order["currency"],
            "status": "failed" if status == "failed" else "authorized", "order_id": order_id, "method": "upi",
            "captured": False, "amount_refunded": 0, "refund_status": None, "fee": None, "tax": None,
            "notes": [], "error_code": "BAD_REQUEST_ERROR" if status == "failed" else None, "created_at": NOW,
            "acquirer_data": {"rrn": "123456"},
        }  # fmt: skip
        self.payments[made["id"]] = made
        return self._captured(made) if status == "captured" else made

    def dispute(self, _: Call, dispute_id: str) -> Json:
        return self.disputes[dispute_id]

    def accept(self, _: Call, dispute_id: str) -> Json:
        dispute = self._open(dispute_id)
        dispute |= {"status": "lost", "amount_deducted": dispute["amount"]}
        return dispute

    def contest(self, call: Call, dispute_id: str) -> Json:
        dispute, given = self._open(dispute_id), call.json()
        documents = [each for other in given.get("others", []) for each in other["document_ids"]]
        if not documents or not set(documents) <= self.documents.keys():
            raise Refused("Please provide at least one evidence document")
        if given["action"] != "submit" or len(given["summary"]) > 1000:
            raise Refused("The evidence is invalid")
        dispute |= {"status": "under_review", "evidence": given}
        return dispute

    def document(self, call: Call) -> Json:
        if b"dispute_evidence" not in call.body:
            raise Refused("The purpose is invalid")
        made = self._id("doc")
        self.documents[made] = call.body
        return {"id": made, "entity": "document", "purpose": "dispute_evidence"}

    def disputed(self, payment: Json, amount: int) -> Json:
        """Open a dispute, as a customer's bank."""
        made = {
            "id": self._id("disp"), "entity": "dispute", "payment_id": payment["id"], "amount": amount,
            "currency": payment["currency"], "amount_deducted": 0, "reason_code": "goods_not_received",
            "respond_by": NOW + 604_800, "status": "open", "phase": "chargeback", "created_at": NOW,
        }  # fmt: skip
        self.disputes[made["id"]] = made
        return made

    def _open(self, dispute_id: str) -> Json:
        if self.disputes[dispute_id]["status"] != "open":
            raise Refused("Action not allowed on the dispute in its current status")
        return self.disputes[dispute_id]

    def forget_keys(self) -> None:
        """Forget the keys of idempotency, which end after some time."""
        self._keys.clear()

    def webhook(self, event: str, secret: str = WEBHOOK_SECRET, **entities: Json) -> tuple[bytes, str]:
        """Return the body of a webhook and its signature."""
        content = {
            "entity": "event", "account_id": "acc_1", "event": event, "contains": [*entities],
            "payload": {name: {"entity": entity} for name, entity in entities.items()}, "created_at": NOW,
        }  # fmt: skip
        return signed(json.dumps(content).encode(), secret)

    def _captured(self, payment: Json) -> Json:
        order = self.orders[payment["order_id"]]
        if order["status"] == "paid":
            raise Refused("Order already paid")
        order |= {"status": "paid", "amount_paid": order["amount"], "amount_due": 0}
        fee = payment["amount"] // 50
        payment |= {"status": "captured", "captured": True, "fee": fee, "tax": fee // 6}
        return payment

    def _id(self, prefix: str) -> str:
        return f"{prefix}_{next(self._numbers):014d}"


def signed(body: bytes, secret: str = WEBHOOK_SECRET) -> tuple[bytes, str]:
    """Return a body and its signature."""
    return body, hmac.new(secret.encode(), body, "sha256").hexdigest()


def _collection(items: list[Json]) -> Json:
    return {"entity": "collection", "count": len(items), "items": items}


def _error(status: int, description: str) -> Answer:
    return Answer(
        status, {"error": {"code": "BAD_REQUEST_ERROR", "description": description, "source": "business"}}
    )
