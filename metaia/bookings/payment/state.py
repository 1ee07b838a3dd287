"""The shown payment of a booking: a function of what is payable and of the money of its payments. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from metaia.payments.purposes.state import Paid, status_of

STATUSES = (
    "none", "unpaid", "authorized", "paid", "overpaid", "partially_refunded", "refunded", "disputed",
)  # fmt: skip


class Money(Paid, Protocol):
    """What the payments of a booking have moved, in minor units."""

    @property
    def refunding(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Shown:
    """A payment as it is shown, in minor units. `due` is what is still to be paid before the booking stands."""

    status: str
    due: int
    paid: int = 0
    refunded: int = 0
    refunding: int = 0
    payment_id: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return the payment as the booking's row stores it."""
        return {name: getattr(self, name) for name in self.__slots__}  # faster than `asdict`


def first(payable: int) -> Shown | None:
    """Return the payment of a new booking; None if nothing is to be paid."""
    return Shown("unpaid", payable) if payable else None


def of(payable: int, money: Money, payment_id: str | None, *, ended: bool) -> Shown:
    """Return the payment of a booking. For an `ended` one nothing is due."""
    due = 0 if ended else max(0, payable - money.captured)
    return Shown(status_of(payable, money), due, money.captured, money.refunded, money.refunding, payment_id)


def kept(payment: Mapping[str, Any] | None) -> int:
    """Return what was paid and is not refunded, in minor units."""
    return 0 if payment is None else int(payment["paid"] - payment["refunded"] - payment["refunding"])
