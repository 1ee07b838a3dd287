"""The body of an order as a cart: amounts in minor units, and how it gets to the customer."""

from __future__ import annotations

from decimal import Decimal

from metaia.core.access.actor import Actor
from metaia.core.errors import Invalid
from metaia.core.json import Json
from metaia.core.text import amounts
from metaia.products.pricing.cart import DELIVERY, PICKUP, Cart, Choice, Wanted
from metaia.shops.customers import queries as customer_queries
from metaia.shops.customers.queries import Address


def cart(given: Json, currency: str, fulfilment: str) -> Cart:
    """Return the items of a body as they are to be priced. Raises Invalid for an amount that the currency lacks."""
    items = tuple(_wanted(number, item, currency) for number, item in enumerate(given["items"]))
    tip = amounts.minor(given["tip"], currency, field="tip") if given.get("tip") else 0
    return Cart(given["partner_id"], currency, items, fulfilment, tip, given.get("coupon"))


def is_of_catalogue(given: Json) -> bool:
    """Return whether a body has an item of the catalogue."""
    return any("product_id" in item for item in given["items"])


def destination(actor: Actor | None, given: Json) -> Json | None:
    """Return where an order goes, as it is stored: as the body states, or an address that the customer keeps.

    Raises Invalid for an address of others.
    """
    if given.get("destination"):
        stated = {"lat": None, "lng": None, "instructions": None, "leave_at_door": False} | given[
            "destination"
        ]
        return _stored(**stated)
    if not given.get("address_id"):
        return None
    kept = customer_queries.get(Address, actor.id, given["address_id"]) if actor else None
    if kept is None:
        raise Invalid(details={"addressId": ["You have no such address."]})
    place = {"city": kept.city, "postal_code": kept.postal_code}
    return _stored(kept.address, kept.lat, kept.lng, kept.instructions, leave_at_door=False, **place)


def fulfilment(given: Json, destination: Json | None) -> str:
    """Return how an order gets to its customer: as the body states, else delivered if there is an address."""
    if given.get("fulfilment"):
        return str(given["fulfilment"])
    return DELIVERY if destination or given["customer_info"].get("address") else PICKUP


def is_plain(given: Json) -> bool:
    """Return whether a body has only what the first clients send: free text, and no terms of a shop."""
    terms = ("fulfilment", "destination", "address_id", "scheduled_for", "coupon", "tip", "quote_id")
    return not is_of_catalogue(given) and not any(given.get(name) for name in terms)


def _stored(
    address: str,
    lat: float | None,
    lng: float | None,
    instructions: str | None,
    *,
    leave_at_door: bool,
    city: str | None = None,
    postal_code: str | None = None,
) -> Json:
    found = {"address": address, "lat": lat, "lng": lng, "instructions": instructions}
    more = {name: value for name, value in (("city", city), ("postalCode", postal_code)) if value}
    return found | {"leaveAtDoor": leave_at_door} | more


def _wanted(number: int, item: Json, currency: str) -> Wanted:
    path = f"items.{number}"
    more: Json = {
        "notes": item.get("notes") or item.get("note"),
        "media_ids": tuple(item.get("media_ids", ())),
    }
    seen = _minor(item["price"], currency, path) if "price" in item else 0
    if "product_id" in item:
        choices = tuple(Choice(**choice) for choice in item.get("modifiers", ()))
        ids = {"product_id": item["product_id"], "variant_id": item.get("variant_id")}
        return Wanted(path, item["quantity"], choices=choices, **ids, **more)
    name = item.get("name") or item["menu_name"]
    return Wanted(path, item["quantity"], name=name, price=seen, **more)


def _minor(price: Decimal, currency: str, path: str) -> int:
    return amounts.minor(price, currency, field=f"{path}.price")
