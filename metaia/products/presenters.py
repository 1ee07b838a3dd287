"""Products as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from metaia.core.http.presenters import presenter
from metaia.core.json import Json
from metaia.core.money import to_major
from metaia.core.times import rfc3339
from metaia.products.records import Product, Variant
from metaia.products.schemas import ProductOut
from metaia.shops.queries import Totals

COMPUTED = ("sku", "price", "compare_price", "variants", "modifier_groups", "media", "rating")
_product = presenter(ProductOut, without=COMPUTED)


@dataclass(frozen=True, slots=True)
class Seen:
    """What answers show of products in addition to their rows: numbers of 1 to 5 stars, and addresses of pictures."""

    ratings: Mapping[str, Sequence[int]] = field(default_factory=dict)  # by product
    pictures: Mapping[str, str] = field(default_factory=dict)  # by media id


def product(found: Product, seen: Seen, *, whole: bool = False) -> Json:
    """Return a product; `whole` with its stock, for its partner and staff."""
    shown = [variant(each, found.currency, whole=whole) for each in found.variants]
    first = shown[0]
    return _product(found) | {
        "sku": first["sku"],
        "price": first["price"],
        "comparePrice": first["comparePrice"],
        "variants": shown,
        "modifierGroups": [
            {"groupId": each.group_id, "min": each.min, "max": each.max} for each in found.groups
        ],
        "media": [
            {"id": each, "url": seen.pictures[each]} for each in found.media_ids if each in seen.pictures
        ],
        "rating": _rating(seen.ratings.get(found.id)),
    }


def variant(found: Variant, currency: str, *, whole: bool) -> Json:
    """Return a variant; `whole` with its stock."""
    return {
        "id": found.id,
        "name": found.name,
        "sku": found.sku,
        "price": to_major(found.price, currency),
        "comparePrice": _major(found.compare_price, currency),
        "sale": _sale(found, currency),
        "stock": found.stock if whole else None,
        "inStock": found.in_stock,
        "available": found.available,
        "soldOutUntil": rfc3339(found.sold_out_until),
        "position": found.position,
    }


def conflict(found: Product, seen: Seen) -> Json:
    """Return the `details` of a 409: the current product."""
    return {"version": found.version, "product": product(found, seen, whole=True)}


def boundaries(found: Product | Variant) -> list[datetime]:
    """Return the moments at which a product or variant changes by the clock."""
    moments = [found.sold_out_until]
    if isinstance(found, Variant):
        moments += [found.sale_from, found.sale_until]
    return [moment for moment in moments if moment is not None]


def _rating(counts: Sequence[int] | None) -> Json:
    totals = Totals() if counts is None else Totals(tuple(counts))
    return {"average": totals.average, "count": totals.ratings}


def _sale(found: Variant, currency: str) -> Json | None:
    if found.sale_price is None:
        return None
    price = to_major(found.sale_price, currency)
    return {"price": price, "from": rfc3339(found.sale_from), "until": rfc3339(found.sale_until)}


def _major(amount: int | None, currency: str) -> float | int | None:
    return None if amount is None else to_major(amount, currency)
