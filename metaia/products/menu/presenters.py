"""A menu as JSON, and when it changes by the clock."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from metaia.core import threads, times
from metaia.core.json import Json
from metaia.core.money import to_major
from metaia.core.times import rfc3339
from metaia.products import presenters
from metaia.products.groups import presenters as group_presenters
from metaia.products.presenters import Seen
from metaia.products.records import Catalogue, Product, Section, is_offered
from metaia.products.sections.policy import served
from metaia.shops.queries import Shop

AT_ONCE = 200  # products that are shown before other greenlets run


def menu(shop: Shop, catalogue: Catalogue, seen: Seen, moment: datetime) -> tuple[Json, datetime | None]:
    """Return a menu as it is at a moment, and until when it stays so by the clock; None: for a week or more."""
    place = times.zone(shop.time_zone) or times.UTC_ZONE
    until = min(boundaries(catalogue, place, moment), default=None)
    used = {use.group_id for product in catalogue.products.values() for use in product.groups}
    return {
        "partnerId": shop.user_id,
        "currency": shop.currency,
        "timeZone": shop.time_zone,
        "menuVersion": shop.menu_version,
        "validUntil": rfc3339(until),
        "sections": _sections(catalogue, seen, place, moment),
        "modifierGroups": [
            group_presenters.group(group) for group in catalogue.groups.values() if group.id in used
        ],
    }, until


def boundaries(catalogue: Catalogue, place: ZoneInfo, moment: datetime) -> Iterator[datetime]:
    """Yield the times after a moment at which a menu changes by the clock."""
    for section in catalogue.sections.values():
        if (changes := served(section, place, moment).changes_at) is not None:
            yield changes
    options = (option for group in catalogue.groups.values() for option in group.options)
    for product in catalogue.products.values():
        yield from (at for at in presenters.boundaries(product) if at > moment)
        for variant in product.variants:
            yield from (at for at in presenters.boundaries(variant) if at > moment)
    yield from (
        each.sold_out_until for each in options if each.sold_out_until and each.sold_out_until > moment
    )


def _sections(catalogue: Catalogue, seen: Seen, place: ZoneInfo, moment: datetime) -> list[Json]:
    products: dict[str | None, list[Json]] = {}
    for number, product in enumerate(catalogue.products.values(), 1):
        products.setdefault(product.section_id, []).append(_product(product, seen, moment))
        if number % AT_ONCE == 0:
            threads.pause()
    shown = [
        _section(section, products.get(section.id, []), place, moment)
        for section in catalogue.sections.values()
    ]
    return [*shown, *([_section(None, products[None], place, moment)] if None in products else [])]


def _section(section: Section | None, products: list[Json], place: ZoneInfo, moment: datetime) -> Json:
    return {
        "id": section and section.id,
        "name": section and section.name,
        "hours": section and section.hours,
        "served": served(section, place, moment).now,
        "products": products,
    }


def _product(product: Product, seen: Seen, moment: datetime) -> Json:
    shown = presenters.product(product, seen)
    for variant, found in zip(shown["variants"], product.variants, strict=True):
        variant["currentPrice"] = to_major(found.price_at(moment), product.currency)
    offered = is_offered(product, moment) and any(is_offered(each, moment) for each in product.variants)
    return shown | {"offered": offered}
