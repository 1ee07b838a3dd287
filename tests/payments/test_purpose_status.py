"""The status of what was paid for a purpose is one for orders and bookings."""

from __future__ import annotations

import pytest

from metaia.payments.purposes.registry import Money
from metaia.payments.purposes.state import status_of


@pytest.mark.parametrize(
    ("money", "status"),
    [
        (Money(), "unpaid"),
        (Money(authorized=1000), "authorized"),
        (Money(authorized=999), "unpaid"),
        (Money(captured=400, authorized=600), "authorized"),
        (Money(captured=1000), "paid"),
        (Money(captured=2000), "overpaid"),
        (Money(captured=2000, refunded=1000), "paid"),  # paid twice, and given back once
        (Money(captured=1000, refunded=300), "partially_refunded"),
        (Money(captured=1000, refunded=1000), "refunded"),
        (Money(captured=2000, refunded=1000, disputed=1000), "disputed"),
    ],
)
def test_what_is_kept_decides(money: Money, status: str) -> None:
    assert status_of(1000, money) == status
