"""At which terms a shop delivers to a place. Pure.

The directory, quotes and orders all ask `delivery_terms`. Every limit includes its own value. Distances are great
circles in whole metres.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from metaia.core import geo
from metaia.core.geo import Box, Point
from metaia.shops import polygons
from metaia.shops.queries import Shop

ANYWHERE = Box(-540.0, -90.0, 540.0, 90.0)  # also with 360° more or less
Refusal = Literal["no_delivery", "location_needed", "outside_delivery_area"]


@dataclass(frozen=True, slots=True)
class Terms:
    """What a delivery costs: the fee, the smallest order, and from which subtotal on it is free. In minor units."""

    distance_m: int | None
    fee: int
    minimum: int
    free_from: int | None
    up_to_m: int | None = None  # of the tier

    def fee_for(self, subtotal: int) -> int:
        """Return the fee of an order with this subtotal, before coupons."""
        return 0 if self.free_from is not None and subtotal >= self.free_from else self.fee


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a shop does not deliver to a place."""

    code: Refusal
    distance_m: int | None = None


@dataclass(frozen=True, slots=True)
class Served:
    """What bounds the places that a shop delivers to: a box and a polygon in degrees, and a distance in metres."""

    box: Box | None
    ring: list[Point] | None
    reach_m: int | None


def delivery_terms(shop: Shop, place: Point | None, postal_code: str | None = None) -> Terms | Refused:
    """Return the terms of a delivery to a place, or why there is none.

    A postal code without a place is enough for an area of postal codes; the tier then is the one without a limit.
    """
    if not _delivers(shop):
        return Refused("no_delivery")
    distance = distance_m(shop, place)
    refusal = _outside(shop, place, postal_code, distance)
    if refusal is not None:
        return Refused(refusal, distance)
    if not shop.tiers:
        return Terms(distance, 0, shop.minimum_order, None)
    for tier in shop.tiers:
        limit = tier["up_to_m"]
        if limit is None or (distance is not None and distance <= limit):
            minimum = max(tier["minimum"], shop.minimum_order)
            return Terms(distance, tier["fee"], minimum, tier["free_from"], limit)
    return Refused("location_needed" if distance is None else "outside_delivery_area", distance)


def served(shop: Shop) -> Served:
    """Return what bounds the places that a shop delivers to; nothing in `box` if they are not places on the map."""
    area, limits = shop.area or {"kind": None}, [tier["up_to_m"] for tier in shop.tiers]
    reach = None if None in limits else max(limits, default=None)
    if not _delivers(shop) or area["kind"] == "postalCodes":
        return Served(None, None, reach)
    if area["kind"] == "radius":
        reach = area["radius_m"] if reach is None else min(reach, area["radius_m"])
    if reach is not None and shop.point is None:
        return Served(None, None, reach)
    if area["kind"] == "polygon":
        ring = polygons.opened([Point(lat, lng) for lat, lng in area["points"]])
        return Served(polygons.bounds(ring), ring, reach)
    box = ANYWHERE if reach is None or shop.point is None else geo.degrees_around(shop.point, reach + 1)
    return Served(box, None, reach)


def distance_m(shop: Shop, place: Point | None) -> int | None:
    """Return the distance of a shop from a place in metres; None without a place, and for a shop without one."""
    return None if place is None or shop.point is None else geo.metres(shop.point, place)


def eta_minutes(shop: Shop, distance: int | None, *, busy: bool) -> tuple[int, int]:
    """Return in how many minutes, at least and at most, an order that is placed now arrives."""
    ready_in = preparation(shop, busy=busy)
    low, _, high = geo.minutes(ready_in=ready_in, to_customer=geo.ride_of(distance or 0))
    return low, high


def preparation(shop: Shop, *, busy: bool) -> int:
    """Return in how many minutes an order is ready that a shop takes now."""
    return shop.preparation_minutes + (shop.busy_extra_minutes if busy else 0)


def comparable_code(text: str) -> str:
    """Return a postal code without spaces and hyphens, in capitals, as codes are compared."""
    return "".join(part for part in text.upper() if part.isalnum())


def _outside(
    shop: Shop, place: Point | None, postal_code: str | None, distance: int | None
) -> Refusal | None:
    """Return why a place is not in the area of a shop, None if it is."""
    area = shop.area
    if area is None:
        return None
    if area["kind"] == "postalCodes":
        if postal_code is None:
            return "location_needed"
        return None if comparable_code(postal_code) in shop.postal_codes else "outside_delivery_area"
    if place is None or (area["kind"] == "radius" and distance is None):
        return "location_needed"
    if area["kind"] == "radius":
        within = distance is not None and distance <= area["radius_m"]
    else:
        within = polygons.inside([Point(lat, lng) for lat, lng in area["points"]], place)
    return None if within else "outside_delivery_area"


def _delivers(shop: Shop) -> bool:
    return shop.delivery_by != "none" and "delivery" in shop.fulfilments
