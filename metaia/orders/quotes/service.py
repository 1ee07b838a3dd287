"""Quotes: the price of a body, computed from the catalogue, and why it cannot be ordered as it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from flask import current_app

from metaia.core import money
from metaia.core.access.actor import Actor
from metaia.core.errors import Invalid
from metaia.core.json import Json
from metaia.core.times import now
from metaia.orders import policy
from metaia.orders.customers import queries as customer_queries
from metaia.orders.customers import service as customers
from metaia.orders.quotes import cart as carts
from metaia.orders.quotes import terms
from metaia.orders.quotes.terms import NO_TERMS, Quote, ShopTerms
from metaia.products import queries as product_queries
from metaia.products.coupons import queries as coupon_queries
from metaia.products.pricing.cart import DELIVERY, Cart, Conditions
from metaia.products.pricing.coupon import Coupon, History
from metaia.products.pricing.price import NOTHING, price
from metaia.products.pricing.result import Refusal
from metaia.products.records import Catalogue
from metaia.shops import queries as shop_queries
from metaia.shops.queries import Shop


def quote(actor: Actor | None, given: Json) -> Quote:
    """Return the price of the body of an order. Raises Invalid for what cannot be priced at all.

    Without an actor the coupon is checked as for a customer that has never ordered.
    """
    moment = now()
    given = given | {"partner_id": customers.partner_of(actor, given)} if actor else given
    partner_id: str | None = given["partner_id"]
    buyer = customers.buyer(actor, given) if actor else None
    shop = shop_queries.get(partner_id) if partner_id is not None else None
    destination = carts.destination(actor, given)
    fulfilment = carts.fulfilment(given, destination)
    of_catalogue = carts.is_of_catalogue(given)
    currency = given["currency"] or (shop.currency if shop and of_catalogue else None)
    cart = carts.cart(given, currency or current_app.config["DEFAULT_CURRENCY"], fulfilment)
    at = given.get("scheduled_for")
    found = _terms(shop, given, fulfilment, destination, moment)
    catalogue = _catalogue(cart, found.conditions)
    if shop is not None and catalogue.sections:
        closed = terms.unserved(catalogue.sections, shop, at or moment)
        found = replace(found, conditions=replace(found.conditions, unserved=closed))
    coupon, history = _coupon(actor, buyer, cart)
    priced = price(cart, catalogue, found.conditions, moment, coupon, history)
    if max(priced.subtotal, priced.total) > money.MAX_MINOR:
        raise Invalid(details={"items": ["The total is too large."]})
    refused = [*found.refusals, *_of_items(actor, shop, cart), *_of_currency(shop, cart, found.conditions)]
    counts = coupon if priced.coupon_code else None
    return Quote(
        cart,
        priced,
        moment,
        replace(found, refusals=tuple(refused)),
        catalogue,
        shop,
        counts,
        destination,
        at,
        buyer,
    )


def _catalogue(cart: Cart, conditions: Conditions) -> Catalogue:
    """Return what the shop has of the items, and the tax rate of its fee."""
    wanted = {item.product_id for item in cart.items if item.product_id}
    rate = conditions.fee_tax_rate_id if conditions.fee else None
    rates = [rate] if rate else []
    if cart.partner_id is None or not (wanted or rates):
        return NOTHING
    return product_queries.for_cart(cart.partner_id, wanted, rates)


def _terms(
    shop: Shop | None, given: Json, fulfilment: str, destination: Json | None, moment: datetime
) -> ShopTerms:
    """Return the terms of the shop. A partner without a profile has none, but for how far ahead it takes orders.

    What the first clients send is not bound to an area: they state an address in one text.
    """
    if shop is None or (shop.status in ("draft", "in_review") and not carts.is_of_catalogue(given)):
        refused = terms.without_hours(given.get("scheduled_for"), moment + terms.AFTER_EARLIEST, moment)
        return replace(NO_TERMS, refusals=refused)
    found = terms.of(shop, fulfilment, destination, given.get("scheduled_for"), moment)
    if given.get("fulfilment") == DELIVERY and not (destination or given["customer_info"].get("address")):
        known = {each.code for each in found.refusals}
        more = () if known & terms.NO_DELIVERY.keys() else (terms.NO_DELIVERY["location_needed"],)
        found = replace(found, refusals=(*found.refusals, *more))
    if not carts.is_plain(given):
        return found
    bound = ("shop_closed", "shop_paused", "shop_busy")
    kept = tuple(each for each in found.refusals if each.code in bound)
    return replace(NO_TERMS, refusals=kept, minutes=found.minutes, ready_in=found.ready_in)


def _coupon(actor: Actor | None, buyer: str | None, cart: Cart) -> tuple[Coupon | None, History]:
    """Return the coupon of a cart, and how often its customer has used it.

    Uses of customers without an account cannot be counted: a limit for each customer counts as reached.
    """
    if cart.coupon_code is None:
        return None, History()
    coupon = coupon_queries.by_code(cart.partner_id, cart.coupon_code)
    if coupon is None or actor is None:
        return coupon, History()
    if buyer is None:
        return coupon, History(coupon.per_customer_limit or 0, has_ordered=True)
    uses = coupon_queries.uses_by(coupon.id, buyer) if coupon.per_customer_limit else 0
    first = coupon.first_order_only and customer_queries.has_standing_order(buyer, coupon.partner_id)
    return coupon, History(uses, first)


def _of_items(actor: Actor | None, shop: Shop | None, cart: Cart) -> Iterator[Refusal]:
    """Yield refusals of items: of free text, if the shop sells to this actor from its catalogue only."""
    if shop is None or not shop.published:
        for item in cart.items:
            if item.product_id is not None:
                yield Refusal(
                    code="product_unavailable", path=item.path, message="The shop is not open to the public."
                )
    free = next((item.path for item in cart.items if item.product_id is None), None)
    if free is None or shop is None or shop.custom_items or _sells(actor, shop):
        return
    if product_queries.has_products(shop.user_id):
        yield Refusal(
            code="custom_items_refused", path=free, message="The shop takes orders of its products only."
        )


def _sells(actor: Actor | None, shop: Shop) -> bool:
    return actor is not None and policy.sells(actor, shop.user_id)


def _of_currency(shop: Shop | None, cart: Cart, conditions: Conditions) -> Iterator[Refusal]:
    """Yield a refusal if the amounts of the shop's terms are not in the currency of the cart."""
    if shop is not None and cart.currency != shop.currency and (conditions.minimum or conditions.fee):
        message = f"Minimum and fees of the shop are in {shop.currency}."
        yield Refusal(code="currency_mismatch", path="currency", message=message)
