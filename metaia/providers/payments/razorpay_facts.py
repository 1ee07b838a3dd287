"""What Razorpay states: its entities and webhooks as facts (razorpay.com/docs/webhooks)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import get_args

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
from metaia.providers.payments.interface import Json, Reading
from metaia.providers.payments.reading import currency, item, moment, reference, text
from metaia.providers.payments.wire_amounts import RAZORPAY

NAME = "razorpay"
OUR_ID = "refundId"  # among the notes of a refund
_ATTEMPTS: dict[str, AttemptStatus] = {
    "created": "pending", "authorized": "authorized", "captured": "captured", "failed": "failed",
}  # fmt: skip
_REFUNDS: dict[str, RefundStatus] = {"pending": "pending", "processed": "processed", "failed": "failed"}
_DISPUTES: frozenset[DisputeStatus] = frozenset(get_args(DisputeStatus))


def reading(content: Json, at: datetime) -> Reading:
    """Return what a webhook states. Every entity in it counts: a refund's webhook has the payment too."""
    payload, at = content["payload"], moment(content.get("created_at"), at)
    found: list[Fact] = []
    for name, facts in (("payment", payment_facts), ("refund", refund_facts), ("dispute", dispute_facts)):
        if name in payload:
            found.extend(facts(payload[name]["entity"], at))
    return Reading(tuple(found), note=None if found else f"not about a payment: {text(content.get('event'))}")


def payment_facts(entity: Json, at: datetime) -> Iterator[Fact]:
    """Yield the facts of a payment entity, which is a snapshot: it may be further on than its event."""
    attempt, code = reference(entity["id"]), currency(entity["currency"])
    amount = RAZORPAY.from_wire(entity["amount"], code)
    status = _ATTEMPTS.get(entity["status"])
    if (
        entity["status"] == "refunded"
    ):  # an authorization that expired is refunded without ever being captured
        status = "captured" if entity.get("captured") is True else "voided"
    if status is None:
        return
    yield AttemptFact(
        provider=NAME, reference=attempt, status=status, amount=amount, currency=code, at=at,
        payment=text(entity.get("order_id")), method=text(entity.get("method")),
        failure=text(entity.get("error_code")) if status == "failed" else None,
        failure_message=text(entity.get("error_description")) if status == "failed" else None,
    )  # fmt: skip
    if status == "captured" and (fee := entity.get("fee")):  # null until the capture; includes the tax
        kept = RAZORPAY.from_wire(fee, code)
        yield FeeFact(provider=NAME, reference=attempt, amount=kept, currency=code, at=at)


def refund_facts(entity: Json, at: datetime) -> Iterator[Fact]:
    """Yield the fact of a refund entity. `notes` is an empty list if there are none."""
    code = currency(entity["currency"])
    if status := _REFUNDS.get(entity["status"]):
        yield RefundFact(
            provider=NAME, reference=reference(entity["id"]), status=status, currency=code, at=at,
            amount=RAZORPAY.from_wire(entity["amount"], code), attempt=reference(entity["payment_id"]),
            refund_id=text(item(entity.get("notes"), OUR_ID)),
        )  # fmt: skip


def dispute_facts(entity: Json, at: datetime) -> Iterator[Fact]:
    """Yield the facts of a dispute entity. Razorpay takes money only if it is lost."""
    dispute, attempt = reference(entity["id"]), reference(entity["payment_id"])
    code = currency(entity["currency"])
    if (status := entity["status"]) not in _DISPUTES:
        return
    yield DisputeFact(
        provider=NAME, reference=dispute, status=status, amount=RAZORPAY.from_wire(entity["amount"], code),
        currency=code, at=at, attempt=attempt, reason=text(entity.get("reason_code")),
    )  # fmt: skip
    if status == "lost" and (deducted := entity.get("amount_deducted")):
        yield FundsFact(
            provider=NAME, reference=dispute, status="deducted", currency=code, at=at, attempt=attempt,
            amount=RAZORPAY.from_wire(deducted, code), dispute=dispute,
        )  # fmt: skip
