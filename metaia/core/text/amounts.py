"""Amounts of bodies and of messages: major units there, minor units inside."""

from __future__ import annotations

from decimal import Decimal

from metaia.core.errors import Invalid
from metaia.core.money import exponent, to_minor


def minor(amount: Decimal, currency: str, *, field: str = "amount") -> int:
    """Return an amount of a body in minor units. Raises Invalid, which names the field."""
    try:
        return to_minor(amount, currency)
    except ValueError as error:
        raise Invalid(details={field: [str(error)]}) from None


def text(minor_units: int, currency: str) -> str:
    """Return an amount for a message, with all decimals of its currency: `12.50 INR`."""
    decimals = exponent(currency)
    return f"{Decimal(minor_units).scaleb(-decimals):.{decimals}f} {currency}"
