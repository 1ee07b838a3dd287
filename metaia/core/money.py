"""Money: integer minor units inside, JSON numbers of major units outside, ISO 4217 in both places."""

from __future__ import annotations

from decimal import Decimal
from functools import cache

from babel.core import get_global
from babel.numbers import get_currency_precision

MAX_MINOR = 10**13  # far below 2**53, so that every amount survives as a JSON number


@cache
def currencies() -> frozenset[str]:
    """Return the ISO 4217 codes that are in use today, from CLDR."""
    return frozenset(get_global("all_currencies")) - {"XXX", "XTS"}


@cache
def exponent(currency: str) -> int:
    """Return the number of decimals of `currency`: 2 for EUR, 0 for JPY."""
    return get_currency_precision(currency)


def to_minor(amount: Decimal, currency: str) -> int:
    """Return `amount` in minor units. Raises ValueError if it has more decimals than the currency, or is too large."""
    scaled = amount.scaleb(exponent(currency))
    minor = int(scaled)
    if minor != scaled:
        raise ValueError(f"{currency} has {exponent(currency)} decimals.")
    if abs(minor) > MAX_MINOR:
        raise ValueError("The amount is too large.")
    return minor


def to_major(minor: int, currency: str) -> float | int:
    """Return `minor` units as the number of major units that JSON shows. Exact up to MAX_MINOR."""
    scale: int = 10 ** exponent(currency)
    whole, rest = divmod(minor, scale)
    return whole if rest == 0 else minor / scale
