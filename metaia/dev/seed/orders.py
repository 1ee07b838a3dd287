"""Bodies of the orders of the demo data, and of what is done with them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from random import Random

from metaia.core import money
from metaia.core.access.actor import Actor
from metaia.core.json import Json
from metaia.dev import demo_data
from metaia.dev.drawings import dishes
from metaia.dev.seed import catalogue
from metaia.dev.seed import pictures as seed_pictures
from metaia.dev.seed.catalogue import Menus
from metaia.orders.placing import schemas as placing_schemas

FROM_CATALOGUE, TIPPED = 0.7, 0.3  # of the orders


@dataclass(frozen=True)
class Plan:
    """An order: when it is placed, at which shop, and its path."""

    placed: datetime
    path: demo_data.Path
    shop: str
    counter: Json | None = None  # what the shop states about its customer, if it has placed the order itself


def body(plan: Plan, partner: Actor | None, menus: Menus, rng: Random) -> Json:
    """Return what the customer sends: items of the shop's catalogue, if it has one, or free text."""
    currency = rng.choices(list(demo_data.RATES), weights=(17, 1, 1, 1))[0]
    given: Json = {
        "partnerId": partner.id if partner else None,
        "notes": rng.choice((None, None, *demo_data.NOTES)),
        "currency": currency,
    }
    if plan.shop in menus and currency == "INR" and rng.random() < FROM_CATALOGUE:
        given |= {"items": catalogue.items(menus[plan.shop], rng)} | _terms(plan, rng)
    else:
        given |= {"items": _free_items(plan.shop, currency, rng)}
        given |= {"customerInfo": {"address": rng.choice(demo_data.ADDRESSES)}}
    loaded: Json = placing_schemas.Create().load(given)
    return loaded


def counter_body(plan: Plan, menus: Menus, rng: Random) -> Json:
    """Return what a shop sends for a customer at its counter; the goods are fetched there."""
    given: Json = {"items": catalogue.items(menus[plan.shop], rng), "fulfilment": "pickup", "currency": "INR"}
    loaded: Json = placing_schemas.Create().load(given | (plan.counter or {}))
    return loaded


def at_counter(order: demo_data.AtCounter, people: dict[str, Actor]) -> Json:
    """Return what a shop states about the customer at its counter."""
    if order.login is not None:
        return {"customerId": people[order.login].id}
    return {"customerInfo": {"name": order.name} | ({"phone": order.phone} if order.phone else {})}


def _terms(plan: Plan, rng: Random) -> Json:
    """Return how an order from a catalogue gets to its customer: fetched, if its path has no courier."""
    if plan.path.steps[-1:] == (("shop", "complete"),):
        return {"fulfilment": "pickup"}
    tip = {"tip": 20} if rng.random() < TIPPED else {}
    return {"fulfilment": "delivery", "destination": rng.choice(demo_data.PLACES)} | tip


def _free_items(shop: str, currency: str, rng: Random) -> list[Json]:
    digits, rate = money.exponent(currency), demo_data.RATES[currency]
    chosen = rng.sample(demo_data.SHOPS[shop], k=rng.randint(1, 3))
    return [
        {"name": name, "quantity": rng.choice((1, 1, 2, 3)), "price": f"{price * rate:.{digits}f}"}
        for name, price in chosen
    ]


def action_body(action: str, people: dict[str, Actor], rng: Random) -> Json:
    """Return the body of an action on an order."""
    bodies: dict[str, Json] = {
        "accept": {"estimated_time": rng.choice((20, 30, 45, 60))},
        "ready": {"estimated_pickup_time": 15},
        "assign": {"delivery_partner_id": people["delivery"].id},
        "reject": {"reason": rng.choice(("out_of_stock", "too_busy", "closed"))},
        "cancel": {"reason": "Plans have changed."},
    }
    return bodies.get(action, {})


def cloth(customer: Actor) -> str:
    """Return the id of a new picture, as customers add it to an item of an order that no shop has accepted yet."""
    drawn = dishes.cloth("#2f5d8a", "#f2e8cf")
    return seed_pictures.add(customer, "my-cloth.png", drawn, folder="general", alt="The cloth that I have")
