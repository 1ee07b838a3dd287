"""What PayU India states (docs.payu.in): forms and answers as facts. Amounts are decimal texts, in rupees.

Its webhooks of refunds and disputes are not signed, and the hash of a payment's form does not cover the id and the
bank's status of the attempt: all of them only make us ask.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from metaia.providers.payments import short_ids
from metaia.providers.payments.facts import AttemptFact, AttemptStatus, Fact, RefundFact, RefundStatus
from metaia.providers.payments.interface import Json, Question, Reading
from metaia.providers.payments.reading import reference, text

NAME = "payu"
CURRENCY = "INR"
MOST_PAISE = 10**13
_STATUSES: dict[str, AttemptStatus] = {"success": "captured", "failure": "failed", "pending": "pending"}
# Where the bank's status is known it counts: `success` may be an authorization.
_UNMAPPED: dict[str, AttemptStatus] = {
    "captured": "captured", "auth": "authorized", "cancelled": "voided", "autorefund": "voided",
}  # fmt: skip
_REFUNDS: dict[str, RefundStatus] = {
    **dict.fromkeys(("queued", "requested", "in progress", "pending", "od_hit"), "pending"),
    "success": "processed",
    "failure": "failed",
}  # fmt: skip


def reading(content: Json, at: datetime) -> Reading:  # noqa: ARG001 - as every function that reads a webhook
    """Return the question to which a form of a payment leads, of which the hash was verified.

    The form passes the customer's browser, and the hash does not cover `mihpayid` and `unmappedstatus`: with others,
    one payment would be captured again and again. So a form never states a fact.
    """
    if "txnid" not in content:
        return Reading(note="not about a payment")
    return Reading(questions=(Question("payment", reference(content["txnid"])),))


def hints(content: Json, at: datetime) -> Reading:  # noqa: ARG001 - as every function that reads a webhook
    """Return the questions to which unsigned JSON leads. It never states a fact: anyone could have sent it."""
    if content.get("action") == "refund":
        return Reading(questions=(Question("refunds", reference(content["mihpayid"])),))
    payment = content["txn_id"] if content.get("event") == "dispute" else content["txnid"]
    return Reading(questions=(Question("payment", reference(payment)),), note="unsigned")


def payment_facts(fields: Mapping[str, Any], at: datetime) -> Iterator[Fact]:
    """Yield the fact of an entry of `verify_payment`."""
    status = _STATUSES.get(str(fields["status"]).lower())
    if status == "captured":
        status = _UNMAPPED.get(str(fields.get("unmappedstatus")).lower(), status)
    if status is None:
        return
    amount = fields["transaction_amount"]
    yield AttemptFact(
        provider=NAME, reference=reference(fields["mihpayid"]), payment=reference(fields["txnid"]),
        status=status, amount=paise(amount), currency=CURRENCY, at=at, method=text(fields.get("mode")),
        failure=text(fields.get("error") or fields.get("error_code")) if status == "failed" else None,
        failure_message=text(fields.get("error_Message")) if status == "failed" else None,
    )  # fmt: skip


def refund_facts(entry: Mapping[str, Any], at: datetime) -> Iterator[Fact]:
    """Yield the fact of an entry of `check_action_status`. `token` is our id, shortened."""
    status = _REFUNDS.get(str(entry.get("status")).lower())
    if entry.get("action") == "refund" and status:
        yield RefundFact(
            provider=NAME, reference=reference(entry["request_id"]), attempt=reference(entry["mihpayid"]),
            status=status, amount=paise(entry["amt"]), currency=CURRENCY, at=at,
            refund_id=short_ids.restored(entry.get("token")),
        )  # fmt: skip


def paise(amount: object) -> int:
    """Return a decimal text, as "40.0", in paise. Raises ValueError if it has fractions of them, or is no text."""
    if not isinstance(amount, str):
        raise ValueError("an amount must be a text")  # noqa: TRY004 - of a vendor's answer, not of our code
    try:
        found = Decimal(amount.strip())
    except InvalidOperation:
        raise ValueError("an amount must be a number") from None
    if not found.is_finite() or not 0 <= found <= MOST_PAISE // 100 or found * 100 % 1:
        raise ValueError("an amount must be whole paise")
    return int(found * 100)


def rupees(amount: int) -> str:
    """Return an amount in paise as the text that PayU takes and signs."""
    return f"{amount // 100}.{amount % 100:02d}"
