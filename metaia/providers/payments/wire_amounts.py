"""Amounts as a vendor's API writes them: integers of a unit that is not always ISO 4217's minor unit.

A vendor's table has only what differs from ISO 4217. An amount that cannot be sent exactly is refused, never rounded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

LARGEST = 10**13


class UnpayableAmount(ValueError):
    """The vendor cannot be sent this amount. `below` and `above` are the next amounts, in minor units, that it can."""

    def __init__(self, currency: str, below: int, above: int) -> None:
        super().__init__(f"The provider takes {currency} in larger steps.")
        self.below = below
        self.above = above


@dataclass(frozen=True)
class WireAmounts:
    """`shifts`: decimals of the vendor less those of ISO 4217. `steps`: what amounts in minor units divide by."""

    shifts: Mapping[str, int] = field(default_factory=dict)
    steps: Mapping[str, int] = field(default_factory=dict)

    def to_wire(self, minor: int, currency: str) -> int:
        """Return an amount in the vendor's unit. Raises UnpayableAmount."""
        shift = self.shifts.get(currency, 0)
        step = self.steps.get(currency, _power(-shift))
        if minor % step:
            below = minor - minor % step
            raise UnpayableAmount(currency, below, below + step)
        return minor * _power(shift) // _power(-shift)

    def from_wire(self, amount: object, currency: str) -> int:
        """Return an amount of the vendor in minor units. Raises ValueError if it is no whole number of them."""
        if not isinstance(amount, int) or isinstance(amount, bool):
            raise ValueError("an amount must be an integer")  # noqa: TRY004 - of a vendor's JSON, not of our code
        if not 0 <= amount <= LARGEST:
            raise ValueError("an amount must be in the range of the ledger")
        shift = self.shifts.get(currency, 0)
        if amount % _power(shift):
            raise ValueError(f"{currency} has no such fraction")
        return amount * _power(-shift) // _power(shift)


def _power(shift: int) -> int:
    """Return 10 to the power of `shift`; 1 below 0."""
    power: int = 10 ** max(0, shift)
    return power


# docs.stripe.com/currencies: "special cases", and three-decimal amounts, which must end in 0
STRIPE = WireAmounts(
    shifts={"ISK": 2, "UGX": 2, "MGA": -2}, steps=dict.fromkeys(("BHD", "JOD", "KWD", "OMR", "TND"), 10)
)
# razorpay.com/docs: the checkout's parameters
RAZORPAY = WireAmounts(steps=dict.fromkeys(("BHD", "KWD", "OMR"), 10))
BY_PROVIDER = {"stripe": STRIPE, "razorpay": RAZORPAY}  # the others take ISO 4217's minor units


def to_wire(provider: str, minor: int, currency: str) -> int:
    """Return an amount in the unit of a provider. Raises UnpayableAmount."""
    return BY_PROVIDER.get(provider, WireAmounts()).to_wire(minor, currency)
