"""What Stripe states: its objects and events as facts (docs.stripe.com/api). A payment is one PaymentIntent.

`client_secret` is in an intent: no content of an event is logged or shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from metaia.providers.http import json_objects
from metaia.providers.payments.facts import (
    AttemptFact,
    AttemptStatus,
    DisputeFact,
    DisputeStatus,
    Fact,
    FeeFact,
    FundsFact,
    RefundFact,
    RefundStatus,
)
from metaia.providers.payments.interface import Json, Question, Reading
from metaia.providers.payments.reading import currency, item, moment, reference, text
from metaia.providers.payments.wire_amounts import STRIPE

NAME = "stripe"
OUR_ID = "refundId"  # in the metadata of a refund
# By the status of an intent: ours, and the field of the amount that counts.
_INTENTS: dict[str, tuple[AttemptStatus, str]] = {
    "processing": ("pending", "amount"),
    "requires_action": ("pending", "amount"),
    "requires_confirmation": ("pending", "amount"),
    "requires_capture": ("authorized", "amount_capturable"),
    "canceled": ("voided", "amount"),
    "succeeded": ("captured", "amount_received"),
}
_REFUNDS: dict[str, RefundStatus] = {
    "pending": "pending", "requires_action": "pending", "succeeded": "processed", "failed": "failed",
    "canceled": "cancelled",
}  # fmt: skip
_DISPUTES: dict[str, DisputeStatus] = {
    "warning_needs_response": "open", "needs_response": "open", "warning_under_review": "under_review",
    "under_review": "under_review", "warning_closed": "closed", "won": "won", "lost": "lost",
    "prevented": "prevented",
}  # fmt: skip


def reading(content: Json, at: datetime) -> Reading:
    """Return what an event states. A refunded charge does not name its refunds, so they must be asked."""
    kind, at = str(content["type"]), moment(content.get("created"), at)
    entity = content["data"]["object"]
    if kind == "charge.refunded":
        return Reading(questions=(Question("refunds", reference(entity["payment_intent"])),))
    facts = next((states for prefix, states in _EVENTS if kind.startswith(prefix)), None)
    found = tuple(facts(entity, at)) if facts else ()
    return Reading(found, note=None if found else f"changes nothing: {text(kind)}")


def intent_facts(entity: Json, at: datetime) -> Iterator[Fact]:
    """Yield the facts of an intent, and its fee if its charge is expanded."""
    attempt, code = reference(entity["id"]), currency(entity["currency"])
    status, amount = _INTENTS.get(entity["status"], (None, ""))
    error = entity.get("last_payment_error")
    if entity["status"] == "requires_payment_method" and error:
        status, amount = "failed", "amount"
    if status is None:
        return
    yield AttemptFact(
        provider=NAME, reference=attempt, status=status, amount=STRIPE.from_wire(entity[amount], code),
        currency=code, at=at, payment=attempt,
        failure=text(item(error, "code")) if status == "failed" else None,
        failure_message=text(item(error, "message")) if status == "failed" else None,
    )  # fmt: skip
    balance = item(entity.get("latest_charge"), "balance_transaction")
    if status == "captured" and isinstance(balance, dict) and balance.get("fee"):
        charged = currency(balance["currency"])
        fee = STRIPE.from_wire(balance["fee"], charged)
        yield FeeFact(provider=NAME, reference=attempt, amount=fee, currency=charged, at=at)


def refund_facts(entity: Json, at: datetime) -> Iterator[Fact]:
    """Yield the fact of a refund. It may fail weeks after it has succeeded."""
    code = currency(entity["currency"])
    if status := _REFUNDS.get(entity["status"]):
        yield RefundFact(
            provider=NAME, reference=reference(entity["id"]), status=status, currency=code, at=at,
            amount=STRIPE.from_wire(entity["amount"], code), attempt=reference(entity["payment_intent"]),
            refund_id=text(item(entity.get("metadata"), OUR_ID)), failure=text(entity.get("failure_reason")),
        )  # fmt: skip


def dispute_facts(entity: Json, at: datetime) -> Iterator[Fact]:
    """Yield the facts of a dispute: its status, and each movement of money, which begins when it opens."""
    dispute, attempt = reference(entity["id"]), reference(entity["payment_intent"])
    code = currency(entity["currency"])
    amount = STRIPE.from_wire(entity["amount"], code)
    if status := _DISPUTES.get(entity["status"]):
        yield DisputeFact(
            provider=NAME, reference=dispute, status=status, amount=amount, currency=code, at=at,
            attempt=attempt, reason=text(entity.get("reason")),
            refundable=entity.get("is_charge_refundable") is True,
        )  # fmt: skip
    for moved in json_objects(entity.get("balance_transactions")):
        back = moved["amount"] > 0
        own = currency(moved.get("currency") or code) == code  # else it is in the currency of our account
        yield FundsFact(
            provider=NAME, reference=reference(moved["id"]), currency=code, attempt=attempt, dispute=dispute,
            status="reinstated" if back else "withdrawn", at=moment(moved.get("created"), at),
            amount=STRIPE.from_wire(abs(moved["amount"]), code) if own else amount,
            fee=STRIPE.from_wire(abs(moved.get("fee") or 0), code) if own else 0,
        )  # fmt: skip


_EVENTS = (
    ("payment_intent.", intent_facts),
    ("refund.", refund_facts),
    ("charge.refund.", refund_facts),
    ("charge.dispute.", dispute_facts),
)
