"""What the payments of a purpose amount to: its money, and the status of what was paid. Pure."""

from __future__ import annotations

from typing import Protocol


class Paid(Protocol):
    """What the payments of a purpose have moved, in minor units."""

    @property
    def captured(self) -> int: ...
    @property
    def refunded(self) -> int: ...
    @property
    def disputed(self) -> int: ...
    @property
    def authorized(self) -> int: ...


def status_of(payable: int, money: Paid) -> str:
    """Return the status of the payment of a purpose that costs `payable` minor units.

    What was paid twice and refunded once is `paid`: what is kept counts, and not how it came about.
    """
    kept = money.captured - money.refunded
    if money.disputed:
        return "disputed"
    if money.captured and kept == 0:
        return "refunded"
    if kept >= payable:
        return "overpaid" if kept > payable else "paid"
    if money.refunded:
        return "partially_refunded"
    return "authorized" if money.captured + money.authorized >= payable else "unpaid"
