"""Money: integers of minor units inside, JSON numbers of major units outside, with ISO 4217 currencies."""

from __future__ import annotations

from decimal import Context, Decimal, Inexact
from functools import cache

from babel.core import get_global

MAX_MINOR = 10**13  # far below 2**53, so that a JSON number represents every amount

# Decimals by ISO 4217, where not 2. CLDR's numbers differ: they are for display, not for accounting.
_NONE = frozenset(
    (
        "BIF",
        "CLP",
        "DJF",
        "GNF",
        "ISK",
        "JPY",
        "KMF",
        "KRW",
        "PYG",
        "RWF",
        "UGX",
        "VND",
        "VUV",
        "XAF",
        "XOF",
        "XPF",
    )
)
_THREE = frozenset(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"))
_EXACT = Context(traps=[Inexact])


@cache
def currencies() -> frozenset[str]:
    """Return the ISO 4217 codes of all currencies that are legal tender today, from CLDR."""
    of_territories = get_global("territory_currencies").values()
    return frozenset(
        code for used in of_territories for code, _, until, tender in used if tender and until is None
    )


def exponent(currency: str) -> int:
    """Return the number of decimals of `currency`: 2 for EUR, 0 for JPY, 3 for KWD."""
    return 0 if currency in _NONE else 3 if currency in _THREE else 2


def card_step(currency: str) -> int:
    """Return what amounts in minor units divide by so that all providers can be sent them.

    Card networks take amounts with three decimals only if the last one is 0 (docs.stripe.com/currencies).
    """
    return 10 if currency in _THREE else 1


def part(amount: int, percent: int, currency: str) -> int:
    """Return a percentage of an amount in minor units, rounded half up to what cards can pay and refund."""
    step = card_step(currency)
    return min(amount, (amount * percent + 50 * step) // (100 * step) * step)


def to_minor(amount: Decimal, currency: str) -> int:
    """Return `amount` in minor units. Raises ValueError if it has more decimals than the currency, or is too large."""
    if (
        not -MAX_MINOR <= amount <= MAX_MINOR
    ):  # first: the conversion of 1E+99999999 to an integer would not end
        raise ValueError("The amount is too large.")
    try:
        minor = int(amount.scaleb(exponent(currency), _EXACT).to_integral_exact(context=_EXACT))
    except Inexact:
        raise ValueError(f"{currency} has {exponent(currency)} decimals.") from None
    if abs(minor) > MAX_MINOR:
        raise ValueError("The amount is too large.")
    return minor


def to_major(minor: int, currency: str) -> float | int:
    """Return `minor` units as major units, a number for JSON. Exact up to MAX_MINOR."""
    scale: int = 10 ** exponent(currency)
    whole, rest = divmod(minor, scale)
    return whole if rest == 0 else minor / scale


def to_text(minor: int, currency: str) -> str:
    """Return an amount for a message, as `12.50 INR`: code and digits are read alike in all languages."""
    decimals = exponent(currency)
    return f"{Decimal(minor).scaleb(-decimals):.{decimals}f} {currency}"
