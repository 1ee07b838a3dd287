"""Demo data of catalogues: the products of two shops with their modifiers, taxes, stock, pictures and coupons."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

from metaia.core.access.actor import Actor
from metaia.core.json import Json
from metaia.dev import demo_catalogue
from metaia.dev.demo_catalogue import Dish
from metaia.dev.flushing import flush
from metaia.products import create as products
from metaia.products import queries
from metaia.products.coupons import service as coupons
from metaia.products.coupons.schemas import CreateCoupon
from metaia.products.groups import service as groups
from metaia.products.groups.schemas import CreateGroup
from metaia.products.records import CHOICE, MEASUREMENT, Group, Product
from metaia.products.schemas import CreateProduct
from metaia.products.sections import service as sections
from metaia.products.sections.schemas import CreateSection
from metaia.products.taxes import service as taxes
from metaia.products.taxes.schemas import CreateTaxRate

TAX: Json = {"name": "GST", "rate": 5, "included": True}
EXTRA = 0.4  # of the choices that a customer need not make
TEXT = "AN"
Menus = dict[str, list[Product]]  # by login


def fill(people: Mapping[str, Actor], pictures: Mapping[str, str]) -> Menus:
    """Add the catalogues in the running transaction, and return them; `pictures` are media ids by product."""
    menus: Menus = {}
    for login, of_shop in demo_catalogue.MENUS.items():
        partner = people[login]
        rate = taxes.create(partner, CreateTaxRate().load(TAX))
        flush()
        made: dict[str, str] = {}
        menus[login] = []
        for name, dishes in of_shop.items():
            section = sections.create(partner, CreateSection().load({"name": name}))
            flush()
            place: Json = {"sectionId": section.id, "taxRateId": rate.id}
            menus[login] += [_product(partner, dish, place, made, pictures) for dish in dishes]
        for coupon in demo_catalogue.COUPONS[login]:
            coupons.create(partner, CreateCoupon().load(coupon | {"currency": "INR"}))
            flush()
    return menus


def items(menu: list[Product], rng: Random) -> list[Json]:
    """Return the items of an order, with what their products require and some of what they offer."""
    return [_item(product, rng) for product in rng.sample(menu, k=rng.randint(1, 3))]


def _product(
    partner: Actor, dish: Dish, place: Json, made: dict[str, str], pictures: Mapping[str, str]
) -> Product:
    body: Json = {"name": dish.name, "variants": dish.sold_as}
    body["modifierGroups"] = [{"groupId": _group(partner, each, made)} for each in dish.groups]
    body["mediaIds"] = [pictures[dish.name]] if dish.name in pictures else []
    product = products.create(partner, CreateProduct().load(place | body))
    flush()
    return product


def _group(partner: Actor, group: Json, made: dict[str, str]) -> str:
    """Return the id of a group of a partner, which is made once."""
    if group["name"] not in made:
        made[group["name"]] = groups.create(partner, CreateGroup().load(group)).id
        flush()
    return made[group["name"]]


def _item(product: Product, rng: Random) -> Json:
    by_id = {group.id: group for group in queries.groups_by_ids([use.group_id for use in product.groups])}
    chosen = [_choice(by_id[use.group_id], rng) for use in product.groups if use.min or rng.random() < EXTRA]
    variant = rng.choice(product.variants)
    quantity = rng.choice((1, 1, 2, 3))
    return {"productId": product.id, "variantId": variant.id, "quantity": quantity, "modifiers": chosen}


def _choice(group: Group, rng: Random) -> Json:
    if group.kind == CHOICE:
        return {"groupId": group.id, "optionId": rng.choice(group.options).id}
    if group.kind == MEASUREMENT:
        least, most = int(group.min_value or 0), int(group.max_value or 0)
        return {"groupId": group.id, "value": rng.randint(least, most), "unit": group.unit}
    return {"groupId": group.id, "text": TEXT}
