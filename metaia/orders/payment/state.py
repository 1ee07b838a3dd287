"""The shown payment of an order: a function of its method, its status and the money of its payments. Pure.

The status of an order and the status of its payment are two axes: money may arrive for an order that has ended.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from metaia.payments.purposes.state import Paid, status_of

NONE, ONLINE, COD, CREDIT = METHODS = ("none", "online", "cod", "credit")
AT_COUNTER = (NONE, COD)
STATUSES = (
    "none", "unpaid", "authorized", "paid", "overpaid", "partially_refunded", "refunded", "on_credit", "cash_due",
    "cash_collected", "disputed",
)  # fmt: skip
PENDING, ACCEPTED = "pending", "accepted"
DEAD = frozenset({"rejected", "cancelled"})  # nothing is owed for an order that has ended like this
ENDED = DEAD | {"completed"}
TAKING = frozenset({"accept", "prepare"})  # the actions with which a partner takes an order
PAID_BEFORE = TAKING | {"ready"}  # the actions that wait for a payment

# By the status of an order: the statuses of its payment in which its partner waits for the customer to pay.
MISSING: Mapping[str, tuple[str, ...]] = {PENDING: ("unpaid", "refunded"), ACCEPTED: ("unpaid",)}


@dataclass(frozen=True, slots=True)
class Shown:
    """A payment as it is shown, in minor units. `due` is what the customer has still to pay for the order."""

    status: str
    due: int
    paid: int = 0
    refunded: int = 0
    disputed: int = 0

    def as_dict(self) -> dict[str, Any]:
        """Return the payment as the order's row stores it."""
        return asdict(self)


class _Known:
    """The money of an order, as far as its shown payment states it."""

    def __init__(self, total: int, payment: Mapping[str, Any]) -> None:
        self.captured: int = payment["paid"]
        self.refunded: int = payment["refunded"]
        self.disputed: int = payment["disputed"]
        self.authorized = total if payment["status"] == "authorized" else 0


def ways_at_counter(*, credit: bool) -> tuple[str, ...]:
    """Return how an order can be paid that was not placed by its customer.

    Only the customer can pay online. Credit is the customer's to use: `credit` is whether the
    house, which has granted it, orders for one.
    """
    return (*AT_COUNTER, CREDIT) if credit else AT_COUNTER


def of(method: str, order_status: str, total: int, money: Paid | None) -> Shown | None:
    """Return the payment of an order; None without a method. `money` is None if there is no payment yet."""
    if method == NONE:
        return None
    if money is not None and money.captured:
        return _captured(method, order_status, total, money)
    return Shown(*_open(method, order_status, total, money.authorized if money else 0))


def moved(method: str, order_status: str, total: int, payment: Mapping[str, Any]) -> Shown:
    """Return the payment of an order after a change of its status only. Raises ValueError without a method."""
    shown = of(method, order_status, total, _Known(total, payment))
    if shown is None:
        raise ValueError("an order without a method has no payment")
    return shown


def is_awaited(method: str, order_status: str, payment: Mapping[str, Any] | None) -> bool:
    """Return whether a partner must not take or make the order yet, because it is to be paid online before.

    The order of an offer is accepted before it is paid.
    """
    if method != ONLINE or payment is None:
        return False
    return payment["status"] in MISSING.get(order_status, ())


def is_announced(method: str, payment: Mapping[str, Any] | None) -> bool:
    """Return whether the side that takes the order is notified of it: of an online order once money has arrived."""
    return method != ONLINE or payment is None or payment["status"] != "unpaid"


def _captured(method: str, order_status: str, total: int, money: Paid) -> Shown:
    due = 0 if order_status in DEAD else max(0, total - money.captured)
    status = status_of(total, money)
    if status == "paid" and method == COD:
        status = "cash_collected"
    return Shown(status, due, money.captured, money.refunded, money.disputed)


def _open(method: str, order_status: str, total: int, authorized: int) -> tuple[str, int]:
    """Return the status of an order for which no money has arrived, and what is due."""
    due = 0 if order_status in DEAD else total
    if method == ONLINE and authorized >= total:
        return "authorized", due
    if method == COD and due:
        return "cash_due", due
    if method == CREDIT and order_status not in DEAD | {PENDING}:
        return "on_credit", 0
    return "unpaid", due
