"""Money of an expired booking that went back at the provider: no step of the booking is missing for it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from metaia.bookings import queries
from metaia.bookings.checking import service
from metaia.bookings.ending import service as ending
from metaia.bookings.money import purpose
from metaia.core import db
from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.core.times import now
from metaia.payments import service as payment_service
from metaia.providers.payments.facts import AttemptFact, DisputeFact, FundsFact, RefundFact
from tests.bookings.conftest import Cast
from tests.support.bookings import change_row, read


def captured_and_gone(booking: Json, way: str) -> None:
    """Let the provider state at once that a booking was paid and that the money went back."""
    attempt, reference = f"pay_{new_id()}", f"back_{new_id()}"
    common: dict[str, Any] = {"provider": "razorpay", "amount": 100_00, "currency": "INR", "at": now()}
    facts: list[Any] = [AttemptFact(reference=attempt, status="captured", **common)]
    if way == "refund":
        facts.append(RefundFact(reference=reference, attempt=attempt, status="processed", **common))
    else:
        facts.append(DisputeFact(reference=reference, attempt=attempt, status="open", **common))
        facts.append(
            FundsFact(reference=reference, attempt=attempt, status="deducted", dispute=reference, **common)
        )
    found = queries.get(booking["id"])
    assert found
    with db.transaction():
        payment_service.take(facts, source="test", purpose=purpose.of(found))


@pytest.mark.parametrize("way", ["refund", "dispute"])
def test_no_step_is_missing_for_money_that_went_back_at_the_provider(cast: Cast, way: str) -> None:
    shop = cast.shop(payment="full")
    booking = shop.book(cast.customer)
    change_row(booking, held_until=now() - timedelta(seconds=1))
    ending.sweep(booking["id"])
    captured_and_gone(booking, way)
    assert read(cast.customer, booking)["status"] == "expired"
    assert {kind for kind in service.KINDS if service.check(kind, cast.partner.id)} == set()
