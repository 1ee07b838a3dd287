"""The arithmetic of a round, in minor units. Pure.

`total` is the sum of price × quantity of all items and one signed `adjustment`. A total that is no multiple of a
quantity, such as 50.00 for three, therefore needs no rounded prices.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from metaia.core import money
from metaia.core.errors import Invalid, declare
from metaia.core.json import Json

declare(
    {
        "incomplete_price": "An item has no price yet: state all prices first.",
        "all_or_nothing": "The price is adjusted for all of the items: it cannot be accepted for a part of them.",
    }
)


@dataclass(frozen=True, slots=True)
class Amounts:
    """The adjustment and the total of a round; the total is None while an item has no price."""

    adjustment: int
    total: int | None


def minor(amount: Decimal | None, currency: str, field: str) -> int | None:
    """Return an amount in minor units. Raises Invalid for too many decimals; `field` is its path in the body."""
    if amount is None:
        return None
    try:
        return money.to_minor(amount, currency)
    except ValueError as error:
        raise Invalid(details={field: [str(error)]}) from None


def of(items: Iterable[Json], adjustment: int, total: int | None) -> Amounts:
    """Return the amounts of a round with this adjustment, or with the adjustment that leads to `total`.

    Raises Invalid, with the code `incomplete_price` for a total of items without a price.
    """
    summed = sum_of(items)
    if total is not None:
        if summed is None:
            raise Invalid("A total needs the prices of all items.", code="incomplete_price")
        return Amounts(_limited(total - summed, "total"), _limited(total, "total"))
    if summed is None:
        return Amounts(adjustment, None)
    if summed + adjustment < 0:
        raise Invalid(details={"adjustment": ["The total would be negative."]})
    return Amounts(adjustment, _limited(summed + adjustment, "items"))


def sum_of(items: Iterable[Json]) -> int | None:
    """Return the sum of price × quantity, None while an item has no price."""
    prices = [(item["price"], item["quantity"]) for item in items]
    return None if any(price is None for price, _ in prices) else sum(price * n for price, n in prices)


def taken(items: Iterable[Json], adjustment: int, quantities: Mapping[str, int]) -> list[Json]:
    """Return the items that an acceptance takes: those of the round with these quantities, without those of 0.

    An item that `quantities` leaves out is taken as a whole. Raises Invalid for quantities that are not on offer,
    `all_or_nothing` for a part of adjusted items, and `incomplete_price`.
    """
    listed = list(items)
    if any(item["price"] is None for item in listed):
        raise Invalid("An item has no price yet.", code="incomplete_price")
    _require_known(listed, quantities)
    chosen = [item | {"quantity": quantities.get(item["id"], item["quantity"])} for item in listed]
    if adjustment and chosen != listed:
        raise Invalid("The price is adjusted for all of the items.", code="all_or_nothing")
    found = [item for item in chosen if item["quantity"]]
    if not found:
        raise Invalid(details={"quantities": ["Nothing is left: reject the offer instead."]})
    return found


def _require_known(items: list[Json], quantities: Mapping[str, int]) -> None:
    ranges = {item["id"]: (item["minQuantity"], item["quantity"]) for item in items}
    wrong = {
        f"quantities.{item_id}": [_problem(ranges.get(item_id))]
        for item_id, quantity in quantities.items()
        if item_id not in ranges or not ranges[item_id][0] <= quantity <= ranges[item_id][1]
    }
    if wrong:
        raise Invalid(details=dict(wrong))


def _problem(limits: tuple[int, int] | None) -> str:
    return f"Must be {limits[0]} to {limits[1]}." if limits else "Not an item of this offer."


def _limited(amount: int, field: str) -> int:
    if abs(amount) > money.MAX_MINOR:
        raise Invalid(details={field: ["The total is too large."]})
    return amount
