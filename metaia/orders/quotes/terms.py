"""The terms of a shop for a cart: its hours, its delivery, and what it does not take."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from metaia.core import times
from metaia.core.errors import Unavailable
from metaia.core.geo import Point
from metaia.core.json import Json
from metaia.orders.arrival import state as arrival
from metaia.presence import service as presence
from metaia.products.pricing.cart import DELIVERY, Cart, Conditions
from metaia.products.pricing.coupon import Coupon
from metaia.products.pricing.price import NOTHING
from metaia.products.pricing.result import Priced, Refusal
from metaia.products.records import Catalogue, Section, Variant
from metaia.products.sections.policy import served
from metaia.shops import availability as hours
from metaia.shops.availability import Availability
from metaia.shops.queries import Shop
from metaia.shops.terms import Refused, delivery_terms, eta_minutes, preparation

LONGEST = timedelta(days=7)  # ahead for which an order can be placed
AFTER_EARLIEST = timedelta(minutes=15)
_CLOSED: Mapping[str, Refusal] = {
    "paused": Refusal(code="shop_paused", path="partnerId", message="The shop has paused."),
    "hours": Refusal(code="shop_closed", path="partnerId", message="The shop is closed now."),
    "not_published": Refusal(code="shop_closed", path="partnerId", message="The shop is closed now."),
    "busy": Refusal(code="shop_busy", path="partnerId", message="The shop is too busy now."),
}
NO_DELIVERY: Mapping[str, Refusal] = {
    "no_delivery": Refusal(code="no_delivery", path="destination", message="The shop does not deliver."),
    "location_needed": Refusal(
        code="location_needed", path="destination", message="Give the coordinates of the destination."
    ),
    "outside_delivery_area": Refusal(
        code="outside_delivery_area", path="destination", message="The shop does not deliver there."
    ),
}


@dataclass(frozen=True, slots=True)
class ShopTerms:
    """The terms of a shop for a cart, and why it cannot take it. `minutes` is the earliest and the latest estimate."""

    conditions: Conditions
    refusals: tuple[Refusal, ...] = ()
    minutes: tuple[int, int] | None = None
    opens_at: datetime | None = None  # a closed shop, for an order that is scheduled
    closes_at: datetime | None = None
    ready_in: int | None = None  # minutes, of an order that is placed now


NO_TERMS = ShopTerms(Conditions())


@dataclass(frozen=True, slots=True)
class Quote:
    """A priced body. `coupon` is the coupon that counts; `destination` is stored as it is.

    `buyer` is the customer of the order; None without an account, or without a login.
    """

    cart: Cart
    priced: Priced
    moment: datetime
    terms: ShopTerms = NO_TERMS
    catalogue: Catalogue = NOTHING
    shop: Shop | None = None
    coupon: Coupon | None = None
    destination: Json | None = None
    scheduled_for: datetime | None = None
    buyer: str | None = None

    @property
    def refusals(self) -> tuple[Refusal, ...]:
        """Return why it cannot be ordered as it is."""
        return (*self.terms.refusals, *self.priced.refusals)

    def sold(self) -> list[tuple[Variant, int]]:
        """Return the variants that an order takes, line by line."""
        variants = {
            each.id: each for product in self.catalogue.products.values() for each in product.variants
        }
        return [(variants[line.variant_id], line.quantity) for line in self.priced.lines if line.variant_id]


def of(
    shop: Shop, fulfilment: str, destination: Json | None, at: datetime | None, now: datetime
) -> ShopTerms:
    """Return the terms of a shop at a moment; `at` is the moment for which the order is scheduled, if it is."""
    found = hours.availability(shop, now, _presence(shop))
    refusals = [*_of_hours(shop, found, at)]
    conditions, distance = Conditions(minimum=shop.minimum_order), None
    if fulfilment not in shop.fulfilments and fulfilment != DELIVERY:
        refusals.append(Refusal(code="no_pickup", path="fulfilment", message="The shop only delivers."))
    if fulfilment == DELIVERY:
        offered = delivery_terms(shop, _point(destination), (destination or {}).get("postalCode"))
        distance = offered.distance_m
        if isinstance(offered, Refused):
            more = {} if distance is None else {"distanceKm": distance / 1000}
            refusals.append(replace(NO_DELIVERY[offered.code], more=more))
        else:
            terms = (offered.minimum, offered.fee, offered.free_from)
            conditions = Conditions(*terms, fee_tax_rate_id=shop.fee_tax_rate_id, distance_m=distance)
    busy = found.state == "busy"
    minutes = eta_minutes(shop, distance, busy=busy)
    refusals += _of_schedule(shop, at, now + timedelta(minutes=minutes[0]) + AFTER_EARLIEST, now)
    opens = found.opens_at if at is not None and found.state == "closed" else None
    ready_in = preparation(shop, busy=busy)
    return ShopTerms(conditions, tuple(refusals), minutes, opens, found.last_order_at, ready_in)


def without_hours(at: datetime | None, earliest: datetime, now: datetime) -> tuple[Refusal, ...]:
    """Return the refusal of a time for which nothing can be scheduled, whatever the hours of a shop are."""
    if at is None or earliest <= at <= now + LONGEST:
        return ()
    return (
        Refusal(
            code="not_possible_then",
            path="scheduledFor",
            message="Too early, or more than 7 days ahead.",
            more={"from": earliest, "until": now + LONGEST},
        ),
    )


def unserved(sections: Mapping[str, Section], shop: Shop, moment: datetime) -> dict[str, datetime | None]:
    """Return the sections that are not served at a moment, with the time at which they are again."""
    place = times.zone(shop.time_zone)
    if place is None:
        return {}
    all_served = {section.id: served(section, place, moment) for section in sections.values()}
    return {id_: found.changes_at for id_, found in all_served.items() if not found.now}


def _presence(shop: Shop) -> str | None:
    """Return the status of a partner if it matters to the order; None if it is not known."""
    if not shop.busy_extra_minutes and shop.accept_when_busy:
        return None
    try:
        return presence.current().of_partner(shop.user_id)
    except Unavailable:
        return None


def _of_hours(shop: Shop, found: Availability, at: datetime | None) -> Iterator[Refusal]:
    """Yield a refusal if the shop takes no orders now. One that is only closed takes orders for later."""
    unknown = found.reason == "not_published" and shop.status != "hidden"  # as a partner without a profile
    if found.accepts_orders or unknown or (at is not None and found.reason in ("hours", "busy")):
        return
    more = {"paused": {"until": found.until}, "busy": {}}
    reason = found.reason or "hours"
    yield replace(_CLOSED[reason], more=more.get(reason, {"opensAt": found.opens_at}))


def _of_schedule(shop: Shop, at: datetime | None, earliest: datetime, now: datetime) -> Iterator[Refusal]:
    impossible = without_hours(at, earliest, now)
    yield from impossible
    if at is not None and not impossible and not hours.accepts_at(shop, at):
        opens = hours.next_opening(shop, at)
        yield Refusal(
            code="shop_closed",
            path="scheduledFor",
            message="The shop is closed then.",
            more={"opensAt": opens},
        )


def _point(destination: Json | None) -> Point | None:
    if destination is None or destination["lat"] is None:
        return None
    return Point(destination["lat"], destination["lng"])


def arrives(quote: Quote) -> Json | None:
    """Return when an order arrives: of a closed shop, counted from its opening. None if the shop states no times."""
    if quote.terms.ready_in is None:
        return None
    return arrival.planned(
        max(quote.moment, quote.terms.opens_at or quote.moment),
        ready=quote.terms.ready_in,
        metres=quote.terms.conditions.distance_m,
        delivered=quote.priced.fulfilment == DELIVERY,
        scheduled_for=quote.scheduled_for,
    )
