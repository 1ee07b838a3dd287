"""Reading what answers show of products: one select for all ratings, and one for all pictures."""

from __future__ import annotations

from collections.abc import Collection

from metaia.core.json import Json
from metaia.media.serving import addresses
from metaia.products import presenters
from metaia.products.presenters import Seen
from metaia.products.records import Product
from metaia.products.showing import queries


def seen(found: Collection[Product]) -> Seen:
    """Return what answers show of products in addition to their rows."""
    if not found:
        return Seen()
    pictures = {media_id for product in found for media_id in product.media_ids}
    return Seen(queries.ratings([product.id for product in found]), addresses.of_pictures(pictures))


def shown(found: Product, *, whole: bool) -> Json:
    """Return one product as JSON; `whole` with its stock, for its partner and staff."""
    return presenters.product(found, seen([found]), whole=whole)


def conflict(found: Product) -> Json:
    """Return the `details` of a 409: the current product."""
    return presenters.conflict(found, seen([found]))
