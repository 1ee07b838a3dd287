"""Changes of where and how a partner delivers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from metaia.core import db, versions
from metaia.core.access.actor import Actor
from metaia.core.errors import Invalid
from metaia.core.json import Json
from metaia.core.text import amounts
from metaia.shops import service as shop_service
from metaia.shops.delivery_areas.registry import FEE_TAX_RATES
from metaia.shops.queries import Shop
from metaia.shops.terms import comparable_code


def put(actor: Actor, given: Json, version: versions.Expected) -> Shop:
    """Replace the delivery settings of the caller's shop. Raises Forbidden, NotFound, Conflict and Invalid."""
    with db.transaction():
        before = shop_service.own_to_change(actor)
        shop_service.require_version(actor, before, version)
        area, rate_id = given["area"], given.get("tax_rate_id", before.fee_tax_rate_id)
        _require_rate(before, rate_id)
        codes = area["values"] if area is not None and "values" in area else []
        after = replace(
            before,
            delivery_by=given["delivery_by"],
            area=None if area is None else _area(area),
            postal_codes=list(dict.fromkeys(filter(None, map(comparable_code, codes)))),
            tiers=[_tier(place, each, before.currency) for place, each in enumerate(given["tiers"])],
            fee_tax_rate_id=rate_id,
            courier_call=given["courier_call"],
            proof=given["proof"],
        )
        return shop_service.write(actor, before, after)


def _require_rate(shop: Shop, rate_id: str | None) -> None:
    """Raise Invalid for a tax rate that is not an active one of the shop. One that it has already may stay."""
    if rate_id is None or rate_id == shop.fee_tax_rate_id:
        return
    if not any(is_of(shop.user_id, rate_id) for is_of in FEE_TAX_RATES.current().values()):
        raise Invalid(details={"taxRateId": ["You have no such tax rate."]})


def _area(given: Json) -> dict[str, Any]:
    """Return an area as rows keep it: distances in metres, points as pairs of latitude and longitude."""
    if given["kind"] == "radius":
        return {"kind": "radius", "radius_m": _metres(given["km"])}
    if given["kind"] == "polygon":
        return {"kind": "polygon", "points": [[point.lat, point.lng] for point in given["points"]]}
    return {"kind": "postalCodes", "values": given["values"]}


def _tier(place: int, given: Json, currency: str) -> dict[str, Any]:
    def minor(name: str, key: str) -> int | None:
        amount = given[name]
        if amount is None:
            return None
        return amounts.minor(amount, currency, field=f"tiers.{place}.{key}") if amount else 0

    return {
        "up_to_m": None if given["up_to_km"] is None else _metres(given["up_to_km"]),
        "minimum": minor("minimum", "minimum"),
        "fee": minor("fee", "fee"),
        "free_from": minor("free_from", "freeFrom"),
    }


def _metres(km: float) -> int:
    return round(km * 1000)
