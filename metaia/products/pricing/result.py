"""A priced cart: its lines, amounts and refusals, and the fingerprint by which two results are compared. Pure."""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from metaia.core import json

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a cart cannot be ordered as it is. `code` is an error code, `path` the place in the body."""

    code: str
    path: str
    message: str
    more: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Modifier:
    """A modifier of a line, as it is frozen in an order. `price` is that of one."""

    group_id: str
    group: str
    price: int
    quantity: int = 1
    option_id: str | None = None
    name: str | None = None
    text: str | None = None
    value: Decimal | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """An item with its price. `unit` contains the modifiers; `base` is the price of the variant that counts now."""

    path: str
    name: str
    quantity: int
    unit: int
    base: int
    product_id: str | None = None
    variant_id: str | None = None
    variant_name: str | None = None
    list_price: int | None = None  # of the variant, if a sale counts now
    sale_until: datetime | None = None
    modifiers: tuple[Modifier, ...] = ()
    notes: str | None = None
    media_ids: tuple[str, ...] = ()
    tax_rate_id: str | None = None
    share: int = 0  # of the discount

    @property
    def total(self) -> int:
        """Return the price of the line, before the discount."""
        return self.unit * self.quantity


@dataclass(frozen=True, slots=True)
class Fee:
    """A fee. `waived` is what is not asked, because of a coupon or of the subtotal."""

    code: str
    name: str
    amount: int
    waived: int = 0
    tax_rate_id: str | None = None


@dataclass(frozen=True, slots=True)
class TaxLine:
    """The tax of one rate on `base`, once for the order. `included`: the prices contain it."""

    rate_id: str
    name: str
    rate_bps: int
    base: int
    amount: int
    included: bool


@dataclass(frozen=True, slots=True)
class Priced:
    """A priced cart. `coupon_refusal` is the reason for which the coupon that was asked for does not count."""

    partner_id: str | None
    currency: str
    fulfilment: str
    lines: tuple[Line, ...]
    subtotal: int
    discount: int
    coupon_code: str | None
    coupon_refusal: str | None
    fees: tuple[Fee, ...]
    taxes: tuple[TaxLine, ...]
    tip: int
    refusals: tuple[Refusal, ...]

    @property
    def fee_total(self) -> int:
        """Return the sum of the fees."""
        return sum(fee.amount for fee in self.fees)

    @property
    def tax_added(self) -> int:
        """Return the tax that prices do not contain."""
        return sum(tax.amount for tax in self.taxes if not tax.included)

    @property
    def total(self) -> int:
        """Return what is to pay."""
        return self.subtotal - self.discount + self.fee_total + self.tax_added + self.tip

    def amounts(self) -> dict[str, int]:
        """Return the amounts that a client has seen, by their paths."""
        units = {f"{line.path}.price": line.unit for line in self.lines}
        sums = {
            "discount": self.discount,
            "fees": self.fee_total,
            "taxLines": self.tax_added,
            "tip": self.tip,
        }
        return units | sums | {"total": self.total}

    def fingerprint(self) -> str:
        """Return what identifies this result: equal for equal products, choices and amounts, whatever their names.

        It has the amounts in it, so that a later result can state what has changed since.
        """
        numbers = [_base36(amount) for amount in self.amounts().values()]
        return ".".join([self._digest(), *numbers])

    def _digest(self) -> str:
        lines = [
            [line.product_id, line.variant_id, line.quantity, line.unit, line.share]
            + [[m.group_id, m.option_id, m.quantity, m.price] for m in line.modifiers]
            for line in self.lines
        ]
        fees = [[fee.code, fee.amount] for fee in self.fees]
        taxes = [[tax.rate_bps, tax.base, tax.amount, tax.included] for tax in self.taxes]
        whole = [
            self.partner_id,
            self.currency,
            self.fulfilment,
            self.coupon_code,
            lines,
            fees,
            taxes,
            self.tip,
        ]
        digest = hashlib.sha256(json.canonical([*whole, self.total])).digest()
        return urlsafe_b64encode(digest).decode().rstrip("=")


def changed(fingerprint: str, now: Priced) -> list[tuple[str, int | None, int]]:
    """Return what differs from an earlier result: path, amount then (None if it was not in it), amount now.

    It is empty if the results are equal. A fingerprint of another cart differs at least in its total.
    """
    if fingerprint == now.fingerprint():
        return []
    amounts = now.amounts()
    then = [_number(text) for text in fingerprint.split(".")[1:]]
    if len(then) != len(amounts):
        return [("total", then[-1] if then else None, now.total)]
    pairs = zip(amounts.items(), then, strict=True)
    found = [(path, was, amount) for (path, amount), was in pairs if was != amount]
    return found or [("items", None, now.subtotal)]


def _base36(number: int) -> str:
    sign, rest, digits = "-" if number < 0 else "", abs(number), ""
    while rest or not digits:
        rest, digit = divmod(rest, 36)
        digits = _DIGITS[digit] + digits
    return sign + digits


def _number(text: str) -> int | None:
    try:
        return int(text[:12], 36) if text.isascii() else None
    except ValueError:
        return None
