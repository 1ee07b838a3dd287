"""Demo data of catalogues: what two shops sell, with sections, choices, measurements, taxes, stock and coupons."""

from __future__ import annotations

from metaia.core.access.actor import Actor
from metaia.core.json import Json
from metaia.dev import demo_data
from metaia.dev.flushing import flush
from metaia.products import create as products
from metaia.products.coupons import service as coupons
from metaia.products.coupons.schemas import CreateCoupon
from metaia.products.groups import service as groups
from metaia.products.groups.schemas import CreateGroup
from metaia.products.schemas import CreateProduct
from metaia.products.sections import service as sections
from metaia.products.sections.schemas import CreateSection
from metaia.products.taxes import service as taxes
from metaia.products.taxes.schemas import CreateTaxRate

TAX: Json = {"name": "GST", "rate": 5, "included": True}
# By login: the sections of a shop, with the products of demo_data.SHOPS that are in them.
SECTIONS: dict[str, dict[str, tuple[str, ...]]] = {
    "vendor": {
        "Breakfast": ("Masala dosa", "Filter coffee"),
        "Meals": ("Thali of the day", "Vegetable biryani", "Paneer tikka"),
        "Drinks": ("Mango lassi",),
    },
    "tailor": {
        "Made to measure": ("Linen shirt, made to measure", "Silk blouse", "Sherwani, second fitting"),
        "Alterations": ("Trousers, hemmed", "Suit jacket, taken in", "Zip, replaced"),
    },
}
CHUTNEY: Json = {
    "name": "Chutneys",
    "max": 3,
    "options": [
        {"name": "Coconut", "default": True},
        {"name": "Tomato"},
        {"name": "Extra ghee", "price": 20},
    ],
}
SPICE: Json = {
    "name": "Spice",
    "min": 1,
    "options": [{"name": "Mild", "default": True}, {"name": "Medium"}, {"name": "Hot"}],
}
MONOGRAM: Json = {"name": "Monogram", "kind": "text", "maxLength": 4, "price": 150}
CHEST: Json = {
    "name": "Chest", "kind": "measurement", "min": 1, "unit": "cm", "minValue": 70, "maxValue": 140, "step": 0.5,
}  # fmt: skip
# By product: the groups that it uses.
USES: dict[str, tuple[Json, ...]] = {
    "Masala dosa": (CHUTNEY, SPICE),
    "Vegetable biryani": (SPICE,),
    "Linen shirt, made to measure": (CHEST, MONOGRAM),
    "Silk blouse": (CHEST,),
}
VARIANTS: dict[str, tuple[Json, ...]] = {
    "Mango lassi": ({"name": "Small", "price": 90}, {"name": "Large", "price": 130}),
    "Thali of the day": ({"price": 220, "comparePrice": 260, "stock": 25},),
}
COUPONS: dict[str, Json] = {
    "vendor": {"code": "WELCOME", "kind": "percent", "value": 10, "maxDiscount": 100, "perCustomerLimit": 1},
    "tailor": {"code": "RAIN", "kind": "free_delivery", "value": 0, "minimum": 500},
}


def fill(people: dict[str, Actor]) -> None:
    """Add the catalogues of the shops that have profiles, in the running transaction."""
    for login, of_shop in SECTIONS.items():
        partner, prices = people[login], dict(demo_data.SHOPS[login])
        rate = taxes.create(partner, CreateTaxRate().load(TAX))
        flush()
        made: dict[str, str] = {}
        for section, names in of_shop.items():
            section_id = sections.create(partner, CreateSection().load({"name": section})).id
            flush()
            for name in names:
                uses = [{"groupId": _group(partner, each, made)} for each in USES.get(name, ())]
                variants = list(VARIANTS.get(name, ({"price": prices[name]},)))
                body: Json = {"name": name, "sectionId": section_id, "taxRateId": rate.id}
                body |= {"variants": variants, "modifierGroups": uses}
                products.create(partner, CreateProduct().load(body))
                flush()
        coupons.create(partner, CreateCoupon().load(COUPONS[login] | {"currency": "INR"}))
        flush()


def _group(partner: Actor, group: Json, made: dict[str, str]) -> str:
    """Return the id of a group of a partner, which is made once."""
    if group["name"] not in made:
        made[group["name"]] = groups.create(partner, CreateGroup().load(group)).id
        flush()
    return made[group["name"]]
