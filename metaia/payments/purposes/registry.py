"""The types of purposes. A domain above payments registers its own: `register(app, type)`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from flask import Flask

from metaia.core import rooms
from metaia.core.registry import Registry
from metaia.payments.booking.terms import Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class Purpose:
    """What a payment is for, as its domain states it. Amounts are in minor units of `currency`.

    `payable` is what can be paid now, 0 for nothing. `terms` is what is booked for it. `deal_id` is the deal in whose
    timeline its payments are.
    """

    type: str
    id: str
    payer_id: str | None
    partner_id: str | None
    order_id: str | None
    deal_id: str | None = None
    payable: int
    currency: str
    description: str
    terms: Terms

    @property
    def subject(self) -> str:
        """Return the owner of the purpose's account and the subject of its postings, such as `order-{id}`."""
        return rooms.subject(self.type, self.id)


@dataclass(frozen=True, slots=True)
class Money:
    """The sums over the payments of a purpose in its currency, in minor units, and the status of each payment.

    `refunding` is requested and not processed yet, `authorized` is not captured yet.
    """

    captured: int = 0
    refunded: int = 0
    refunding: int = 0
    disputed: int = 0
    authorized: int = 0
    statuses: tuple[str, ...] = ()


class PurposeType(Protocol):
    """What a domain defines about its purposes. Row-locks are taken in the order payments, purpose, accounts."""

    name: str

    def read(self, purpose_id: str) -> Purpose | None:
        """Return a purpose, without a lock."""

    def lock(self, purpose_id: str) -> Purpose | None:
        """Return a purpose, row-locked in the running transaction."""

    def refuse(self, purpose: Purpose) -> None:
        """Raise Conflict if the purpose cannot be paid now."""

    def changed(self, purpose_id: str, money: Money) -> None:
        """Follow a change of the purpose's payments, in the transaction that has booked it."""


class Openable(PurposeType, Protocol):
    """A type of which a request to pay makes a purpose, instead of naming one."""

    def open(self, user_id: str, currency: str, amount: int) -> str:
        """Return the id of a purpose of an amount in minor units. Raises Conflict."""


TYPES: Registry[str, PurposeType] = Registry("purpose_types")


def register(app: Flask, *types: PurposeType) -> None:
    """Register types of purposes. Raises ValueError for a duplicate name."""
    for each in types:
        TYPES.register(app, each.name, each)


def find(name: str) -> PurposeType:
    """Return a type of the current application. Raises KeyError."""
    return TYPES.current()[name]


# By method, such as `credit`: `reason(purpose)` returns why it cannot be paid so, None if it can.
METHODS: Registry[str, Callable[[Purpose], str | None]] = Registry("payment_methods")
