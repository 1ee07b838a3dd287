"""A catalogue as plain records: what menus show and what pricing computes with. Pure.

Amounts are in minor units of the product's `currency`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

ITEM, SERVICE = "item", "service"
CHOICE, TEXT, MEASUREMENT = "choice", "text", "measurement"


@dataclass(frozen=True, slots=True)
class Variant:
    """What is bought of a product. A product has at least one; a single one may have no name.

    `stock` is None if it is not counted. `sale_price` counts from `sale_from` until before `sale_until`.
    """

    id: str
    price: int
    name: str | None = None
    sku: str | None = None
    compare_price: int | None = None
    sale_price: int | None = None
    sale_from: datetime | None = None
    sale_until: datetime | None = None
    stock: int | None = None
    available: bool = True
    sold_out_until: datetime | None = None
    position: int = 0

    def price_at(self, moment: datetime) -> int:
        """Return the unit price at a moment: the sale price inside its window."""
        if self.sale_price is None or self.sale_from is None or self.sale_until is None:
            return self.price
        return self.sale_price if self.sale_from <= moment < self.sale_until else self.price

    @property
    def in_stock(self) -> bool:
        """Return whether there is stock left, or it is not counted."""
        return self.stock is None or self.stock > 0


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a modifier group. `price` is added to the unit price, and may be negative."""

    id: str
    name: str
    price: int = 0
    max_quantity: int = 1
    default: bool = False
    available: bool = True
    sold_out_until: datetime | None = None
    position: int = 0


@dataclass(frozen=True, slots=True)
class Group:
    """A modifier group. Only a `choice` has options; `price` is that of a text or a measurement that is given."""

    id: str
    partner_id: str
    name: str
    kind: str
    min: int
    max: int
    currency: str
    version: int
    created_at: datetime
    updated_at: datetime
    max_length: int | None = None
    price: int = 0
    unit: str | None = None
    min_value: Decimal | None = None
    max_value: Decimal | None = None
    step: Decimal | None = None
    options: tuple[Option, ...] = ()
    active: bool = True

    @property
    def most_choices(self) -> int:
        """Return how many choices its options allow together."""
        return sum(option.max_quantity for option in self.options)


@dataclass(frozen=True, slots=True)
class ProductGroup:
    """A modifier group at a product, with the limits that count there."""

    group_id: str
    min: int
    max: int


@dataclass(frozen=True, slots=True)
class TaxRate:
    """A tax rate in basis points (hundredths of a percent). `included`: prices contain it."""

    id: str
    partner_id: str
    name: str
    rate_bps: int
    included: bool
    version: int
    created_at: datetime
    updated_at: datetime
    active: bool = True


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a menu. `hours` are weekly opening hours in the shop's zone; None: as long as the shop is open."""

    id: str
    partner_id: str
    name: str
    position: int
    version: int
    created_at: datetime
    updated_at: datetime
    hours: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Product:
    """A product with its variants and the modifier groups at it, both in their order."""

    id: str
    partner_id: str
    name: str
    kind: str
    currency: str
    version: int
    created_at: datetime
    updated_at: datetime
    section_id: str | None = None
    description: str | None = None
    tax_rate_id: str | None = None
    tags: list[str] = field(default_factory=list)
    media_ids: list[str] = field(default_factory=list)
    available: bool = True
    sold_out_until: datetime | None = None
    active: bool = True
    position: int = 0
    variants: tuple[Variant, ...] = ()
    groups: tuple[ProductGroup, ...] = ()


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Products of one partner by id, with everything that they refer to."""

    products: Mapping[str, Product]
    groups: Mapping[str, Group]
    tax_rates: Mapping[str, TaxRate]
    sections: Mapping[str, Section]


def is_offered(thing: Product | Variant | Option, moment: datetime) -> bool:
    """Return whether the partner offers a product, variant or option at a moment. Stock is not considered."""
    return thing.available and (thing.sold_out_until is None or thing.sold_out_until <= moment)


def lowest_price(product: Product, groups: Mapping[str, Group]) -> int:
    """Return the lowest unit price that a customer can compose: below 0 the catalogue is refused.

    Each group adds its cheapest permitted choice; options count whether they are available now or not.
    """
    cheapest = min(_lowest(variant) for variant in product.variants)
    used = ((groups[each.group_id], each) for each in product.groups if each.group_id in groups)
    return cheapest + sum(_least(group, use.min, use.max) for group, use in used)


def _lowest(variant: Variant) -> int:
    return variant.price if variant.sale_price is None else min(variant.price, variant.sale_price)


def _least(group: Group, fewest: int, most: int) -> int:
    """Return the least that `fewest` to `most` choices of a group add."""
    if group.kind != CHOICE:
        return min(group.price, 0) if fewest == 0 else group.price
    prices = sorted(option.price for option in group.options for _ in range(min(option.max_quantity, most)))
    forced, further = prices[:fewest], prices[fewest:most]
    return sum(forced) + sum(price for price in further if price < 0)
