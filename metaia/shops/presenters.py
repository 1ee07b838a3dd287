"""Partners as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from metaia.core.access.actor import Actor
from metaia.core.geo import Point
from metaia.core.http.parts import places
from metaia.core.http.presenters import presenter
from metaia.core.json import Json
from metaia.core.money import to_major
from metaia.core.times import now, rfc3339
from metaia.shops import policy, terms
from metaia.shops.availability import Availability, availability
from metaia.shops.queries import Shop, Totals
from metaia.shops.schemas import OwnPartnerOut, PartnerOut
from metaia.shops.terms import Refused

_COMPUTED = (
    "id", "location", "logo", "banner", "media", "availability", "accepts_orders", "opens_at", "closes_at",
    "last_order_at", "paused_until", "rating", "followers", "following", "distance_km", "delivery", "matches",
    "allowed_actions", "address",
)  # fmt: skip
_public = presenter(PartnerOut, without=_COMPUTED)
_own = presenter(OwnPartnerOut, without=(*_COMPUTED, "hours", "delivery_settings"))
_ADDRESS = ("line1", "line2", "city", "region", "postalCode", "country")
_PROOF = ("code", "photo", "signature")


@dataclass(frozen=True, slots=True)
class Seen:
    """What an answer shows of a partner in addition to its profile. `near` and `to` are places of the question."""

    totals: Totals
    pictures: Mapping[str, str] = field(default_factory=dict)  # addresses by media id
    presence: str | None = None
    near: Point | None = None
    to: Point | None = None
    postal_code: str | None = None
    following: bool | None = None
    matches: Sequence[str] = ()
    actor: Actor | None = None
    at: datetime | None = None


def public(shop: Shop, seen: Seen) -> Json:
    """Return a partner as the directory shows it."""
    return _public(shop) | _shown(shop, seen)


def own(shop: Shop, seen: Seen) -> Json:
    """Return a profile for its partner and staff."""
    shown = _own(shop) | _shown(shop, seen)
    return shown | {"hours": hours(shop), "deliverySettings": delivery_settings(shop)}


def hours(shop: Shop) -> Json:
    """Return the hours of a shop."""
    return {
        "timeZone": shop.time_zone,
        "weekly": shop.weekly,
        "exceptions": list(shop.exceptions),
        "lastOrderMinutes": shop.last_order_minutes,
    }


def delivery_settings(shop: Shop) -> Json:
    """Return where and how a shop delivers."""
    tiers = [
        {
            "upToKm": None if tier["up_to_m"] is None else tier["up_to_m"] / 1000,
            "minimum": to_major(tier["minimum"], shop.currency),
            "fee": to_major(tier["fee"], shop.currency),
            "freeFrom": _major(tier["free_from"], shop.currency),
        }
        for tier in shop.tiers
    ]
    return {
        "deliveryBy": shop.delivery_by,
        "area": _area(shop),
        "tiers": tiers,
        "taxRateId": shop.fee_tax_rate_id,
        "courierCall": shop.courier_call,
        "proof": {name: bool((shop.proof or {}).get(name)) for name in _PROOF},
    }


def _shown(shop: Shop, seen: Seen) -> Json:
    moment = seen.at or now()
    found = availability(shop, moment, seen.presence)
    return {
        "id": shop.user_id,
        "address": None if shop.address is None else {name: shop.address.get(name) for name in _ADDRESS},
        "location": places.shown(shop.point),
        "logo": _picture(shop.logo_media_id, seen),
        "banner": _picture(shop.banner_media_id, seen),
        "media": [picture for each in shop.media_ids if (picture := _picture(each, seen)) is not None],
        **_availability(found),
        "rating": {"average": seen.totals.average, "count": seen.totals.ratings},
        "followers": seen.totals.followers,
        "following": seen.following,
        "distanceKm": _distance_km(shop, seen),
        "delivery": _delivery(shop, seen, busy=found.state == "busy"),
        "matches": list(seen.matches),
        "allowedActions": [] if seen.actor is None else policy.allowed_actions(seen.actor, shop, moment),
    }


def _picture(media_id: str | None, seen: Seen) -> Json | None:
    url = seen.pictures.get(media_id or "")
    return None if url is None else {"id": media_id, "url": url}


def _availability(found: Availability) -> Json:
    return {
        "availability": found.state,
        "acceptsOrders": found.accepts_orders,
        "opensAt": rfc3339(found.opens_at),
        "closesAt": rfc3339(found.closes_at),
        "lastOrderAt": rfc3339(found.last_order_at),
        "pausedUntil": rfc3339(found.until),
    }


def _distance_km(shop: Shop, seen: Seen) -> float | None:
    distance = terms.distance_m(shop, seen.near or seen.to)
    return None if distance is None else distance / 1000


def _delivery(shop: Shop, seen: Seen, *, busy: bool) -> Json | None:
    if seen.to is None and seen.postal_code is None:
        return None
    found = terms.delivery_terms(shop, seen.to, seen.postal_code)
    if isinstance(found, Refused):  # a postal code alone may be enough for the area, and not for the fee
        available = found.code == "location_needed" and seen.to is None
        return {"available": available, "fee": None, "freeFrom": None, "minimum": None, "etaMinutes": None}
    return {
        "available": True,
        "fee": to_major(found.fee, shop.currency),
        "freeFrom": _major(found.free_from, shop.currency),
        "minimum": to_major(found.minimum, shop.currency),
        "etaMinutes": list(terms.eta_minutes(shop, found.distance_m, busy=busy)),
    }


def _area(shop: Shop) -> Json | None:
    area: dict[str, Any] | None = shop.area
    if area is None:
        return None
    if area["kind"] == "radius":
        return {"kind": "radius", "km": area["radius_m"] / 1000}
    if area["kind"] == "polygon":
        return {"kind": "polygon", "points": [{"lat": lat, "lng": lng} for lat, lng in area["points"]]}
    return {"kind": "postalCodes", "values": area["values"]}


def _major(amount: int | None, currency: str) -> float | int | None:
    return None if amount is None else to_major(amount, currency)
