"""Disputes about payments of bookings: their money is neither promised nor refunded before the decision."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from metaia.bookings import queries
from metaia.bookings.checking import service as checking
from metaia.bookings.holds import service as holds
from metaia.bookings.money import purpose
from metaia.core import db
from metaia.core.json import Json
from metaia.core.times import now
from metaia.payments import queries as payment_queries
from metaia.payments import service as payment_service
from metaia.providers.payments.facts import AttemptFact, DisputeFact, FundsFact
from tests.bookings.conftest import Cast
from tests.support.bookings import HOUR, Shop, act, change_row, pay, read, refunds, shift


@pytest.fixture
def shop(cast: Cast) -> Shop:
    return cast.shop(payment="full")


def dispute(booking: Json, status: Any) -> None:
    """Let the provider state what became of a dispute about the first payment; one that is lost takes the money."""
    found = queries.get(booking["id"])
    assert found
    first = payment_queries.of_purpose("booking", booking["id"])[0]
    [attempt] = [each for each in payment_queries.facts(first.id) if isinstance(each, AttemptFact)]
    common: dict[str, Any] = {
        "provider": attempt.provider, "reference": f"disp_{booking['id']}", "amount": attempt.amount, "currency": "INR",
        "at": now(), "attempt": attempt.reference,
    }  # fmt: skip
    facts: list[Any] = [DisputeFact(status=status, **common)]
    if status == "lost":
        facts.append(FundsFact(status="deducted", dispute=common["reference"], **common))
    with db.transaction():
        payment_service.take(facts, source="test", purpose=purpose.of(found))


def promised(cast: Cast, booking: Json) -> tuple[float, float]:
    """Return the fee and the refund of a cancellation now."""
    shown = cast.customer.get(f"/api/bookings/{booking['id']}/cancellation").json()["data"]["cancellation"]
    return shown["fee"], shown["refund"]


def unclaimed(cast: Cast, booking: Json) -> list[str]:
    """Return the money of a booking that the check finds an hour later."""
    change_row(booking, updated_at=now() - timedelta(hours=2))
    return [each.found for each in checking.check("unclaimed_money", cast.partner.id)]


@pytest.mark.parametrize(("decision", "refunded"), [("won", [50_00]), ("lost", [])])
def test_a_disputed_payment_waits_for_its_decision(
    cast: Cast, shop: Shop, decision: str, refunded: list[int]
) -> None:
    booking = shop.book(cast.customer)
    pay(booking)
    shift(booking, now() + 5 * HOUR)
    assert promised(cast, booking) == (50, 50)
    dispute(booking, "open")
    assert promised(cast, booking) == (50, 0)
    act(cast.customer, booking, "cancel")
    assert (holds.give_back(booking["id"]), refunds(booking), unclaimed(cast, booking)) == (0, [], [])
    dispute(booking, decision)
    assert unclaimed(cast, booking) == [f"{amount} INR" for amount in refunded]
    assert holds.give_back(booking["id"]) == len(refunded)
    assert (refunds(booking), unclaimed(cast, booking)) == (refunded, [])


@pytest.mark.parametrize(("decision", "refunded"), [("won", [100_00]), ("lost", [])])
def test_of_two_payments_the_second_one_pays_if_the_first_is_lost(
    cast: Cast, shop: Shop, decision: str, refunded: list[int]
) -> None:
    booking = shop.book(cast.customer)
    pay(booking)
    pay(booking)
    dispute(booking, "open")
    assert (holds.give_back(booking["id"]), refunds(booking), unclaimed(cast, booking)) == (0, [], [])
    dispute(booking, decision)
    holds.give_back(booking["id"])
    assert (refunds(booking), unclaimed(cast, booking)) == (refunded, [])
    assert read(cast.customer, booking)["status"] == "confirmed"
