"""Stripe: intents, refunds, and signed events."""

from __future__ import annotations

import hmac
import json
import re
import time
from itertools import count
from urllib.parse import parse_qs, urlsplit

from metaia.core.json import Json
from metaia.dev.stubs.server import Stub
from metaia.dev.stubs.vendor import Answer, Call, World
from tests.providers.payments.stubs.routing import Refused, route

SECRET_KEY, PUBLISHABLE_KEY, WEBHOOK_SECRET = "sk_test_1", "pk_test_1", "whsec_test"
NOW = 1_768_046_400
HUNDREDS, TENS = {"isk", "ugx"}, {"bhd", "jod", "kwd", "omr", "tnd"}
PATHS = (
    ("POST", r"/v1/payment_intents", "make"),
    ("GET", r"/v1/payment_intents/(\w+)", "intent"),
    ("POST", r"/v1/payment_intents/(\w+)/capture", "capture"),
    ("POST", r"/v1/payment_intents/(\w+)/cancel", "cancel"),
    ("POST", r"/v1/refunds", "refund"),
    ("GET", r"/v1/refunds", "refunds_of"),
    ("GET", r"/v1/disputes/(\w+)", "dispute"),
    ("POST", r"/v1/disputes/(\w+)/close", "close_dispute"),
    ("POST", r"/v1/disputes/(\w+)", "contest"),
    ("POST", r"/v1/files", "file"),
)


class Books:
    """What Stripe knows. `pay` and `event` are what customers and Stripe itself do."""

    def __init__(self, first: int = 1) -> None:
        self.intents: dict[str, Json] = {}
        self.refunds: dict[str, Json] = {}
        self.disputes: dict[str, Json] = {}
        self.files: dict[str, bytes] = {}
        self._keys: dict[str, tuple[str, dict[str, str], Json]] = {}
        self._numbers = count(first)

    def stub(self) -> Stub:
        """Return a server with these books."""
        return Stub({}, paths=((r"/v1/.*", "stripe", self.answer),))

    def answer(self, call: Call, _: World) -> Answer:
        if call.bearer() != SECRET_KEY:
            return _error(401, "api_key_invalid")
        if not re.fullmatch(r"\d{4}-\d\d-\d\d\.\w+", call.headers.get("Stripe-Version", "")):
            return _error(400, "version_missing")
        found = route(PATHS, call)
        if found is None:
            return _error(404, "resource_missing")
        try:
            return Answer(200, self._once(call, *found))
        except Refused as refused:
            return _error(400, str(refused))

    def _once(self, call: Call, name: str, groups: tuple[str, ...]) -> Json:
        key, given = call.headers.get("Idempotency-Key"), call.form()
        if call.method == "GET":
            found: Json = getattr(self, name)(call, *groups)
            return found
        if not key:
            raise Refused("no_idempotency_key")
        if key in self._keys:
            *before, made = self._keys[key]
            if before != [call.path, given]:
                raise Refused("idempotency_error")
            return made
        made = getattr(self, name)(call, *groups)
        self._keys[key] = (call.path, given, json.loads(json.dumps(made)))
        return made

    def make(self, call: Call) -> Json:
        given = call.form()
        amount, currency = int(given["amount"]), given["currency"]
        if currency != currency.lower() or len(currency) != 3:
            raise Refused("currency_invalid")
        if amount < 1 or (currency in HUNDREDS and amount % 100) or (currency in TENS and amount % 10):
            raise Refused("amount_invalid")
        made: Json = {
            "id": self._id("pi"), "object": "payment_intent", "amount": amount, "amount_capturable": 0,
            "amount_received": 0, "currency": currency, "status": "requires_payment_method",
            "capture_method": "automatic", "latest_charge": None, "last_payment_error": None,
            "client_secret": f"secret_{next(self._numbers)}", "metadata": _metadata(given), "created": NOW,
        }  # fmt: skip
        self.intents[made["id"]] = made
        return made

    def intent(self, call: Call, intent_id: str) -> Json:
        found = self.intents.get(intent_id)
        if found is None:
            raise Refused("resource_missing")
        expanded = "latest_charge.balance_transaction" in parse_qs(urlsplit(call.path).query).get(
            "expand[]", []
        )
        charge = found["latest_charge"]
        if charge is None or not expanded:
            return found
        fee = {"object": "balance_transaction", "fee": 59, "currency": found["currency"]}
        return found | {"latest_charge": {"id": charge, "object": "charge", "balance_transaction": fee}}

    def capture(self, call: Call, intent_id: str) -> Json:
        intent, amount = self.intents[intent_id], int(call.form()["amount_to_capture"])
        if intent["status"] != "requires_capture" or amount > intent["amount_capturable"]:
            raise Refused("payment_intent_unexpected_state")
        intent |= {"status": "succeeded", "amount_received": amount, "amount_capturable": 0}
        return intent

    def cancel(self, _: Call, intent_id: str) -> Json:
        intent = self.intents[intent_id]
        if intent["status"] == "succeeded":
            raise Refused("payment_intent_unexpected_state")
        intent |= {"status": "canceled", "cancellation_reason": None, "amount_capturable": 0}
        return intent

    def refund(self, call: Call) -> Json:
        given = call.form()
        intent, amount = self.intents[given["payment_intent"]], int(given["amount"])
        refunded = sum(
            each["amount"] for each in self.refunds.values()
            if each["payment_intent"] == intent["id"] and each["status"] != "failed"
        )  # fmt: skip
        if amount < 1 or amount + refunded > intent["amount_received"]:
            raise Refused("charge_already_refunded")
        return self.refunded(intent, amount, _metadata(given))

    def refunded(
        self, intent: Json, amount: int, metadata: Json | None = None, status: str = "succeeded"
    ) -> Json:
        """Refund, as in the dashboard."""
        made = {
            "id": self._id("re"), "object": "refund", "amount": amount, "currency": intent["currency"],
            "charge": intent["latest_charge"], "payment_intent": intent["id"], "status": status,
            "metadata": metadata or {}, "created": NOW,
        }  # fmt: skip
        self.refunds[made["id"]] = made
        return made

    def refunds_of(self, call: Call) -> Json:
        [intent_id] = parse_qs(urlsplit(call.path).query)["payment_intent"]
        found = [each for each in self.refunds.values() if each["payment_intent"] == intent_id]
        return {"object": "list", "data": found, "has_more": False}

    def dispute(self, _: Call, dispute_id: str) -> Json:
        return self.disputes[dispute_id]

    def close_dispute(self, _: Call, dispute_id: str) -> Json:
        return self._answered(dispute_id, "lost")

    def contest(self, call: Call, dispute_id: str) -> Json:
        given = call.form()
        if given.get("evidence[uncategorized_file]") not in {None, *self.files} or given["submit"] != "true":
            raise Refused("resource_missing")
        return self._answered(dispute_id, "under_review") | {"evidence": given}

    def file(self, call: Call) -> Json:
        if b"dispute_evidence" not in call.body:
            raise Refused("purpose_invalid")
        made = self._id("file")
        self.files[made] = call.body
        return {"id": made, "object": "file", "purpose": "dispute_evidence"}

    def disputed(self, intent: Json, amount: int, status: str = "needs_response") -> Json:
        """Open a dispute, as a customer's bank: its amount is taken at once."""
        moved = {
            "id": self._id("txn"),
            "amount": -amount,
            "fee": 1500,
            "currency": intent["currency"],
            "created": NOW,
        }
        made = {
            "id": self._id("dp"), "object": "dispute", "payment_intent": intent["id"], "amount": amount,
            "currency": intent["currency"], "status": status, "reason": "fraudulent",
            "is_charge_refundable": False, "balance_transactions": [moved],
        }  # fmt: skip
        self.disputes[made["id"]] = made
        return made

    def _answered(self, dispute_id: str, status: str) -> Json:
        dispute = self.disputes[dispute_id]
        if dispute["status"] != "needs_response":
            raise Refused("dispute_already_answered")
        dispute |= {"status": status}
        return dispute

    def pay(self, intent_id: str, status: str = "succeeded") -> Json:
        """Confirm an intent, as its customer."""
        intent = self.intents[intent_id]
        intent |= {"status": status, "latest_charge": self._id("ch")}
        intent["amount_received" if status == "succeeded" else "amount_capturable"] = intent["amount"]
        return intent

    def event(self, kind: str, entity: Json, secret: str = WEBHOOK_SECRET) -> tuple[bytes, str]:
        """Return the body of an event and its `Stripe-Signature`."""
        content = {
            "id": self._id("evt"), "object": "event", "type": kind, "created": NOW, "livemode": False,
            "data": {"object": entity},
        }  # fmt: skip
        return signed(json.dumps(content).encode(), secret)

    def _id(self, prefix: str) -> str:
        return f"{prefix}_{next(self._numbers)}"


def signed(body: bytes, secret: str = WEBHOOK_SECRET) -> tuple[bytes, str]:
    """Return a body and its `Stripe-Signature`."""
    now = int(time.time())
    signature = hmac.new(secret.encode(), f"{now}.".encode() + body, "sha256").hexdigest()
    return body, f"t={now},v1={signature},v0=0"


def _metadata(given: dict[str, str]) -> Json:
    return {
        found[1]: value
        for name, value in given.items()
        if (found := re.fullmatch(r"metadata\[(\w+)\]", name))
    }


def _error(status: int, code: str) -> Answer:
    return Answer(status, {"error": {"type": "invalid_request_error", "code": code, "message": "no"}})
