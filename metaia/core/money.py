"""Money: integer minor units inside, JSON numbers of major units outside, ISO 4217 in both places."""

from __future__ import annotations

from decimal import Context, Decimal, Inexact
from functools import cache

from babel.core import get_global

MAX_MINOR = 10**13  # far below 2**53, so that every amount survives as a JSON number

# ISO 4217's decimals where they are not 2. CLDR's differ: they are about what people write, not about what banks count.
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
    """Return the ISO 4217 codes of what is legal tender somewhere today, from CLDR."""
    of_territories = get_global("territory_currencies").values()
    return frozenset(
        code for used in of_territories for code, _, until, tender in used if tender and until is None
    )


def exponent(currency: str) -> int:
    """Return the number of decimals of `currency`: 2 for EUR, 0 for JPY, 3 for KWD."""
    return 0 if currency in _NONE else 3 if currency in _THREE else 2


def to_minor(amount: Decimal, currency: str) -> int:
    """Return `amount` in minor units. Raises ValueError if it has more decimals than the currency, or is too large."""
    if (
        not -MAX_MINOR <= amount <= MAX_MINOR
    ):  # first: turning 1E+99999999 into an integer would take for ever
        raise ValueError("The amount is too large.")
    try:
        minor = int(amount.scaleb(exponent(currency), _EXACT).to_integral_exact(context=_EXACT))
    except Inexact:
        raise ValueError(f"{currency} has {exponent(currency)} decimals.") from None
    if abs(minor) > MAX_MINOR:
        raise ValueError("The amount is too large.")
    return minor


def to_major(minor: int, currency: str) -> float | int:
    """Return `minor` units as the number of major units that JSON shows. Exact up to MAX_MINOR."""
    scale: int = 10 ** exponent(currency)
    whole, rest = divmod(minor, scale)
    return whole if rest == 0 else minor / scale
