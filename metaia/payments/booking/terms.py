"""What an order adds to the facts of its payments, and the rounding of its commission. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """An order as its money sees it. `purpose` owns the account of the order's money, as `order-…`.

    `partner` is None if the house sells itself. The order earns at `completed_at`: `total`, or `delivered` of it if the
    order is on the credit of the user `credit_of`; the posting then ends the hold `hold_id`.
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
    commission_base: int | None = None  # the goods in `total`; None: all of it

    def commissionable(self, earned: int) -> int:
        """Return of how much of what the order earns the house gets its commission: not of fees, taxes and tips."""
        if self.commission_base is None or not self.total:
            return earned
        return earned * self.commission_base // self.total


def commission(earned: int, basis_points: int) -> int:
    """Return the house's part of what an order earns, rounded half up; the partner gets the rest."""
    return (earned * basis_points + 5000) // 10_000


def commission_of_returned(total: int, returned: int, earned: int) -> int:
    """Return how much of a commission of `total` is returned once `returned` of `earned` is, rounded half up.

    It is cumulative: one refund's part is the difference to that of the refunds before it, so that all parts add up.
    """
    return (2 * total * returned + earned) // (2 * earned) if earned else 0
