"""What is asked for: items of a catalogue or in free text, and the conditions of the shop for them. Pure.

Amounts are in minor units of the cart's currency.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

DELIVERY, PICKUP = FULFILMENTS = ("delivery", "pickup")


@dataclass(frozen=True, slots=True)
class Choice:
    """A modifier as it is asked for: an option with its quantity, a text, or a measurement."""

    group_id: str
    option_id: str | None = None
    quantity: int = 1
    text: str | None = None
    value: Decimal | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """An item as it is asked for: of the catalogue with `product_id`, else in free text with `name` and `price`."""

    path: str  # of the item in the body, as `items.0`
    quantity: int
    product_id: str | None = None
    variant_id: str | None = None
    choices: tuple[Choice, ...] = ()
    name: str = ""
    price: int = 0
    notes: str | None = None
    media_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cart:
    """Items to price, the tip, and whether they are delivered. `coupon_code` is the code as it was asked for."""

    partner_id: str | None
    currency: str
    items: tuple[Wanted, ...]
    fulfilment: str = PICKUP
    tip: int = 0
    coupon_code: str | None = None


@dataclass(frozen=True, slots=True)
class Conditions:
    """What a shop asks for a cart. The delivery fee is not asked from a subtotal of `free_from` on.

    `unserved` are the sections that are not served now, with the moment at which they are served again.
    """

    minimum: int = 0
    fee: int = 0
    free_from: int | None = None
    fee_tax_rate_id: str | None = None
    distance_m: int | None = None
    unserved: Mapping[str, datetime | None] = field(default_factory=dict)
