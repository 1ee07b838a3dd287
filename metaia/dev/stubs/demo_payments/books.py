"""The books of the demo provider: payments with attempts and refunds, each with the times of its changes."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from metaia.core.json import Json

FEE = 50  # a fiftieth of what is captured
LATE = 10.0  # seconds after which a late payment is captured
# The last two digits of a refund's amount decide: it stays pending, it fails; any other is processed at once.
PENDING, FAILS = 2, 3


class Refused(Exception):
    """A request that the provider refuses; the text is the code of the error."""


@dataclass
class Books:
    """Payments by id. `told` gets each payment that has changed."""

    told: Callable[[Json], None]
    late: float = LATE
    payments: dict[str, Json] = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def open(self, given: Json) -> Json:
        """Open a payment, or return the one that was opened with the same `paymentId`. Raises Refused."""
        amount, currency = given.get("amount"), given.get("currency")
        if not isinstance(amount, int) or isinstance(amount, bool) or amount < 1:
            raise Refused("amount_invalid")
        if not isinstance(currency, str) or len(currency) != 3 or not currency.isupper():
            raise Refused("currency_invalid")
        known = (each for each in self.payments.values() if each["paymentId"] == given.get("paymentId"))
        if found := next(known, None):
            if (found["amount"], found["currency"]) != (amount, currency):
                raise Refused("payment_id_reused")
            return found
        made: Json = {
            name: str(given.get(name) or "") for name in ("paymentId", "description", "returnUrl", "callback")
        }
        made |= {
            "id": f"demo_{secrets.token_hex(10)}", "amount": amount, "currency": currency, "closed": False,
            "attempts": [], "refunds": [],
        }  # fmt: skip
        self.payments[made["id"]] = made
        return made

    def find(self, payment_id: str) -> Json:
        """Return a payment. Raises Refused."""
        if payment_id not in self.payments:
            raise Refused("unknown_payment")
        return self.payments[payment_id]

    def of_attempt(self, attempt_id: str) -> tuple[Json, Json]:
        """Return an attempt and its payment. Raises Refused."""
        for payment in self.payments.values():
            for attempt in payment["attempts"]:
                if attempt["id"] == attempt_id:
                    return attempt, payment
        raise Refused("unknown_attempt")

    def attempt(self, payment: Json, *statuses: str, method: str = "card") -> Json:
        """Try to pay: add an attempt that goes through these statuses."""
        made: Json = {
            "id": f"att_{secrets.token_hex(10)}", "amount": payment["amount"], "method": method, "changes": [],
            "fee": 0,
        }  # fmt: skip
        payment["attempts"].append(made)
        for status in statuses:
            self.change(payment, made, status)
        return made

    def change(self, payment: Json, entity: Json, status: str) -> None:
        """Give an attempt or a refund its next status, and report the payment."""
        if status == "captured":
            entity["fee"] = entity["amount"] // FEE
        if status == "failed":
            entity |= {"failure": "declined", "failureMessage": "The bank has declined."}
        entity["changes"].append({"status": status, "at": int(time.time())})
        self.told(payment)

    def pay_late(self, payment: Json) -> None:
        """Decline now, and capture the same attempt some seconds later, as banks do after an outage."""
        attempt = self.attempt(payment, "failed", method="netbanking")

        def capture() -> None:
            with self.lock:
                self.change(payment, attempt, "captured")

        later = threading.Timer(self.late, capture)
        later.daemon = True
        later.start()

    def refund(self, attempt: Json, payment: Json, given: Json) -> Json:
        """Refund an attempt, once per `refundId`. Raises Refused."""
        amount, refund_id = given.get("amount"), given.get("refundId")
        for known in payment["refunds"]:
            if known["refundId"] == refund_id:
                return payment
        if status_of(attempt) != "captured":
            raise Refused("not_captured")
        standing = [
            each["amount"]
            for each in payment["refunds"]
            if each["attempt"] == attempt["id"] and status_of(each) != "failed"
        ]
        if not isinstance(amount, int) or amount < 1 or sum(standing) + amount > attempt["amount"]:
            raise Refused("amount_exceeds")
        made: Json = {
            "id": f"ref_{secrets.token_hex(10)}", "refundId": refund_id, "attempt": attempt["id"],
            "amount": amount, "changes": [],
        }  # fmt: skip
        payment["refunds"].append(made)
        self.change(payment, made, "pending")
        if amount % 100 != PENDING:
            self.change(payment, made, "failed" if amount % 100 == FAILS else "processed")
        return payment

    def cancel(self, payment: Json) -> Json:
        """Void what is authorized, and let the page pay no more. Raises Refused if something is captured."""
        if any(status_of(each) == "captured" for each in payment["attempts"]):
            raise Refused("captured")
        payment["closed"] = True
        for attempt in payment["attempts"]:
            if status_of(attempt) == "authorized":
                self.change(payment, attempt, "voided")
        return payment


def status_of(entity: Json) -> str:
    """Return the latest status of an attempt or a refund."""
    return str(entity["changes"][-1]["status"]) if entity["changes"] else "created"
