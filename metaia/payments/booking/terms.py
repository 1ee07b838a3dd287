"""What an order adds to the facts of its payments: the shares of its money, in whole minor units. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from math import ceil, floor


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """What is booked in addition to the seller's share of `earned`: `promotion` is what the house adds to it.

    The seller gets `earned` + `promotion` - `commission` - `courier`. `returnable` is what refunds and disputes take
    from the seller at most: what is left of `earned` when the courier is paid.
    """

    earned: int
    promotion: int = 0
    commission: int = 0
    courier: int = 0
    returnable: int = 0

    @property
    def seller(self) -> int:
        """Return what is left for the partner, or for the house as the seller."""
        return self.earned + self.promotion - self.commission - self.courier


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """An order as its money sees it. `purpose` owns the account of the order's money, as `order-…`.

    `partner` is None if the house sells itself. The order earns at `completed_at`: `total`, or `delivered` of it if the
    order is on the credit of the user `credit_of`; the posting then ends the hold `hold_id`. `promotion` is what a
    coupon of the house took off `total`; `courier_share` is what the user `courier` gets of a complete order.
    """

    purpose: str
    total: int
    currency: str
    commission_bps: int = 0
    partner: str | None = None
    completed_at: datetime | None = None
    credit_of: str | None = None
    hold_id: str | None = None
    delivered: int | None = None
    settles: str | None = None  # the user: the purpose repays their credit
    commission_base: int | None = None  # the goods in `total` and `promotion`; None: all of `total`
    promotion: int = 0
    courier: str | None = None
    courier_share: int = 0

    def shares(self, earned: int) -> Shares:
        """Return the shares of what the order earns. The courier is paid first; all others get the part that is left.

        The house's promotion is rounded up and what the courier gets of it down, so that no share is below 0.
        """
        share = self.courier_share if self.courier else 0
        first = min(share, self.total)  # the part of the courier's share that the customer pays
        paid = min(first, earned)
        part = self._part(earned - paid, self.total - first, earned)
        promotion = ceil(self.promotion * part)
        courier = paid + floor((share - first) * part)
        rate = self.commission_bps if self.partner else 0
        base = earned if self.commission_base is None else floor(self.commission_base * part)
        wanted = commission(base, rate)
        return Shares(
            earned=earned,
            promotion=promotion,
            commission=min(wanted, earned + promotion - courier),
            courier=courier,
            returnable=earned - paid,
        )

    def _part(self, left: int, most: int, earned: int) -> Fraction:
        """Return which part of its price, without what the courier gets, the order earns."""
        if most:
            return Fraction(left, most)
        return Fraction(earned, self.total) if self.total else Fraction(1)  # a coupon has paid all of it


def commission(earned: int, basis_points: int) -> int:
    """Return the house's part of what an order earns, rounded half up; the partner gets the rest."""
    return (earned * basis_points + 5000) // 10_000


def commission_of_returned(total: int, returned: int, earned: int) -> int:
    """Return how much of a commission of `total` is returned once `returned` of `earned` is, rounded half up.

    It is cumulative: one refund's part is the difference to that of the refunds before it, so that all parts add up.
    """
    return (2 * total * returned + earned) // (2 * earned) if earned else 0


def promotion_of_returned(total: int, returned: int, earned: int) -> int:
    """Return how much of a promotion of `total` the house gets back once `returned` of `earned` is, rounded down."""
    return total * returned // earned if earned else 0
