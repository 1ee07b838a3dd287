"""The JSON of an order's payment."""

from __future__ import annotations

from functools import cache
from typing import Any, Protocol

from metaia.core.json import Json
from metaia.core.money import to_major
from metaia.orders.payment.state import NONE

_AMOUNTS = ("due", "paid", "refunded", "disputed")


class Paid(Protocol):
    """The part of an order that states its payment; `payment` is as `state.Shown.as_dict` returns it."""

    @property
    def payment_method(self) -> str: ...
    @property
    def payment(self) -> dict[str, Any] | None: ...
    @property
    def currency(self) -> str: ...


def payment(this: Paid) -> Json:
    """Return the payment of an order as `OrderPaymentOut`."""
    stored = this.payment
    if stored is None:
        return without_method(this.currency)
    amounts = {name: to_major(stored[name], this.currency) for name in _AMOUNTS}
    return {"method": this.payment_method, "status": stored["status"], **amounts, "currency": this.currency}


@cache
def without_method(currency: str) -> Json:
    """Return the payment of an order that is settled elsewhere: one object per currency, not to be changed."""
    return {
        "method": NONE,
        "status": NONE,
        "due": 0,
        "paid": 0,
        "refunded": 0,
        "disputed": 0,
        "currency": currency,
    }
