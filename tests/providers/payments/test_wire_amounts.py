"""Amounts on the wire: one table for each vendor, one test for each currency that differs."""

from __future__ import annotations

from decimal import Decimal

import pytest

from metaia.core import money
from metaia.providers.payments.payu_facts import paise, rupees
from metaia.providers.payments.wire_amounts import RAZORPAY, STRIPE, UnpayableAmount, WireAmounts

WHOLE = ("BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF")
ON_THE_WIRE = [
    # currency, the amount as people write it, Stripe's integer, Razorpay's integer
    ("INR", "19.99", 1999, 1999),
    ("EUR", "8.20", 820, 820),
    ("USD", "4.56", 456, 456),
    ("ISK", "5000", 500000, 5000),
    ("UGX", "5000", 500000, 5000),
    ("MGA", "5000", 5000, 500000),
    ("BHD", "18.600", 18600, 18600),
    ("JOD", "18.600", 18600, 18600),
    ("KWD", "18.600", 18600, 18600),
    ("OMR", "18.600", 18600, 18600),
    ("TND", "18.600", 18600, 18600),
    *((code, "1255", 1255, 1255) for code in WHOLE),
]


@pytest.mark.parametrize(
    ("currency", "amount", "stripe", "razorpay"), ON_THE_WIRE, ids=[row[0] for row in ON_THE_WIRE]
)
def test_amounts_are_sent_and_read(currency: str, amount: str, stripe: int, razorpay: int) -> None:
    minor = money.to_minor(Decimal(amount), currency)
    assert (STRIPE.to_wire(minor, currency), RAZORPAY.to_wire(minor, currency)) == (stripe, razorpay)
    assert STRIPE.from_wire(stripe, currency) == RAZORPAY.from_wire(razorpay, currency) == minor


@pytest.mark.parametrize(
    ("table", "currency", "minor", "below", "above"),
    [
        (STRIPE, "KWD", 18605, 18600, 18610),
        (RAZORPAY, "KWD", 295991, 295990, 296000),
        (STRIPE, "TND", 1, 0, 10),
        (STRIPE, "MGA", 150, 100, 200),
    ],
)
def test_what_cannot_be_sent_is_refused_with_the_next_amounts(
    table: WireAmounts, currency: str, minor: int, below: int, above: int
) -> None:
    with pytest.raises(UnpayableAmount) as refused:
        table.to_wire(minor, currency)
    assert (refused.value.below, refused.value.above) == (below, above)


@pytest.mark.parametrize("amount", [150, 1.5, "100", None, True])
def test_what_is_no_amount_is_refused(amount: object) -> None:
    with pytest.raises(ValueError, match=r"ISK|integer"):
        STRIPE.from_wire(amount, "ISK")


@pytest.mark.parametrize(("text", "minor"), [("40.0", 4000), ("40", 4000), (" 0.05 ", 5), ("149.00", 14900)])
def test_payu_writes_decimals(text: str, minor: int) -> None:
    assert paise(text) == minor
    assert Decimal(rupees(minor)) == Decimal(text.strip())
