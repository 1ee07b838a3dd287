"""What the demo provider states: a snapshot of a payment as facts. Amounts are in minor units of ISO 4217."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from metaia.providers.http import json_objects
from metaia.providers.payments.facts import (
    AttemptFact,
    AttemptStatus,
    Fact,
    FeeFact,
    RefundFact,
    RefundStatus,
)
from metaia.providers.payments.interface import Json, Reading
from metaia.providers.payments.reading import currency, moment, reference, text
from metaia.providers.payments.wire_amounts import WireAmounts

NAME = "demo"
AMOUNTS = WireAmounts()
_ATTEMPTS: dict[str, AttemptStatus] = {
    name: name for name in ("pending", "authorized", "captured", "voided", "failed")
}
_REFUNDS: dict[str, RefundStatus] = {name: name for name in ("pending", "processed", "failed")}


def reading(content: Json, at: datetime) -> Reading:
    """Return what a webhook states."""
    return Reading(tuple(payment_facts(content["payment"], at)))


def payment_facts(entity: Json, at: datetime) -> Iterator[Fact]:
    """Yield the facts of a payment: of its attempts, fees and refunds, each with the times of its changes."""
    payment, code = reference(entity["id"]), currency(entity["currency"])
    for attempt in json_objects(entity.get("attempts")):
        yield from _attempt_facts(attempt, payment, code, at)
    for refund in json_objects(entity.get("refunds")):
        yield from refund_facts(refund, code, at)


def refund_facts(entity: Json, code: str, at: datetime) -> Iterator[Fact]:
    """Yield the facts of a refund, one for each status that it has had."""
    for status, time in _changes(entity):
        if found := _REFUNDS.get(status):
            yield RefundFact(
                provider=NAME, reference=reference(entity["id"]), status=found, currency=code,
                amount=AMOUNTS.from_wire(entity["amount"], code), at=moment(time, at),
                attempt=reference(entity["attempt"]), refund_id=text(entity.get("refundId")),
                failure=text(entity.get("failure")) if found == "failed" else None,
            )  # fmt: skip


def _attempt_facts(entity: Json, payment: str, code: str, at: datetime) -> Iterator[Fact]:
    attempt, amount = reference(entity["id"]), AMOUNTS.from_wire(entity["amount"], code)
    for status, time in _changes(entity):
        if found := _ATTEMPTS.get(status):
            failed = found == "failed"
            yield AttemptFact(
                provider=NAME, reference=attempt, payment=payment, status=found, amount=amount, currency=code,
                at=moment(time, at), method=text(entity.get("method")),
                failure=text(entity.get("failure")) if failed else None,
                failure_message=text(entity.get("failureMessage")) if failed else None,
            )  # fmt: skip
        if found == "captured" and (fee := AMOUNTS.from_wire(entity["fee"], code)):
            yield FeeFact(provider=NAME, reference=attempt, amount=fee, currency=code, at=moment(time, at))


def _changes(entity: Json) -> Iterator[tuple[str, object]]:
    for change in json_objects(entity["changes"]):
        yield str(change["status"]), change["at"]
