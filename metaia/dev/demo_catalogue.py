"""The content of the demo's catalogues: 40 products of two shops, their modifiers, and their coupons. Prices in INR."""

from __future__ import annotations

from dataclasses import dataclass

from metaia.core.json import Json


@dataclass(frozen=True)
class Dish:
    """A product: its name, price and modifier groups; and its variants in place of the one with the price."""

    name: str
    price: int
    groups: tuple[Json, ...] = ()
    variants: tuple[Json, ...] = ()

    @property
    def sold_as(self) -> list[Json]:
        """Return the variants as a body has them."""
        return list(self.variants) or [{"price": self.price}]


def _size(name: str, least: int, most: int) -> Json:
    limits = {"minValue": least, "maxValue": most, "step": 0.5}
    return {"name": name, "kind": "measurement", "min": 1, "unit": "cm"} | limits


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
SIDES: Json = {
    "name": "Sides",
    "max": 2,
    "options": [
        {"name": "Raita", "price": 30},
        {"name": "Pickle", "price": 10},
        {"name": "Papad", "price": 15},
    ],
}
SUGAR: Json = {
    "name": "Sugar",
    "min": 1,
    "options": [{"name": "Usual", "default": True}, {"name": "Less"}, {"name": "None"}],
}
CLOTH: Json = {
    "name": "Cloth",
    "min": 1,
    "options": [
        {"name": "White", "default": True},
        {"name": "Indigo, hand-dyed", "price": 300},
        {"name": "Your own cloth", "price": -200},
    ],
}
MONOGRAM: Json = {"name": "Monogram", "kind": "text", "maxLength": 4, "price": 150}
CHEST, WAIST = _size("Chest", 70, 140), _size("Waist", 55, 140)
SLEEVE, INSEAM = _size("Sleeve", 40, 80), _size("Inseam", 50, 100)

# By login: the sections of a shop, with their products.
MENUS: dict[str, dict[str, tuple[Dish, ...]]] = {
    "vendor": {
        "Breakfast": (
            Dish("Masala dosa", 120, (CHUTNEY, SPICE)),
            Dish("Plain dosa", 90, (CHUTNEY,)),
            Dish("Idli, three pieces", 70, (CHUTNEY,)),
            Dish("Medu vada", 80, (CHUTNEY,)),
            Dish("Ghee pongal", 110),
            Dish("Poori with potato", 100, (SPICE,)),
            Dish("Filter coffee", 40, (SUGAR,)),
        ),
        "Meals": (
            Dish("Thali of the day", 220, variants=({"price": 220, "comparePrice": 260, "stock": 60},)),
            Dish("Vegetable biryani", 240, (SPICE, SIDES)),
            Dish("Paneer tikka", 280, (SPICE,)),
            Dish("Dal tadka", 160, (SPICE,)),
            Dish("Chana masala", 170, (SPICE,)),
            Dish("Vegetable kurma", 150, (SPICE,)),
            Dish("Lemon rice", 120, (SIDES,)),
            Dish("Curd rice", 110, (SIDES,)),
            Dish("Parotta, two pieces", 60),
        ),
        "Sweets": (
            Dish("Gulab jamun", 80),
            Dish("Payasam", 90, variants=({"price": 90, "stock": 30},)),
            Dish("Coconut barfi", 120),
        ),
        "Drinks": (
            Dish(
                "Mango lassi", 90, variants=({"name": "Small", "price": 90}, {"name": "Large", "price": 130})
            ),
            Dish("Spiced buttermilk", 50),
            Dish("Fresh lime soda", 60, (SUGAR,)),
        ),
    },
    "tailor": {
        "Made to measure": (
            Dish("Linen shirt, made to measure", 1450, (CHEST, SLEEVE, CLOTH, MONOGRAM)),
            Dish("Silk blouse", 1800, (CHEST,)),
            Dish("Sherwani, second fitting", 2200),
            Dish("Cotton kurta", 1250, (CHEST, SLEEVE, CLOTH)),
            Dish("Suit jacket, made to measure", 6400, (CHEST, SLEEVE, MONOGRAM)),
            Dish("Trousers, made to measure", 1650, (WAIST, INSEAM)),
            Dish("Salwar kameez", 2400, (CHEST, WAIST)),
            Dish("Lehenga, finished by hand", 7800, (WAIST,)),
            Dish("Waistcoat", 2100, (CHEST,)),
        ),
        "Alterations": (
            Dish("Trousers, hemmed", 250, (INSEAM,)),
            Dish("Suit jacket, taken in", 900),
            Dish("Zip, replaced", 180),
            Dish("Dress, taken in", 450),
            Dish("Sleeves, shortened", 300, (SLEEVE,)),
            Dish("Lining, replaced", 750),
            Dish("Button, sewn on", 40),
        ),
        "Cloth and gifts": (
            Dish("Linen, by the metre", 650, variants=({"price": 650, "stock": 200},)),
            Dish(
                "Pocket square",
                350,
                variants=({"name": "Cotton", "price": 350}, {"name": "Silk", "price": 520}),
            ),
        ),
    },
}
LUNCH = "LUNCH15"  # the coupon of the demo's order
COUPONS: dict[str, tuple[Json, ...]] = {
    "vendor": (
        {"code": "WELCOME", "kind": "percent", "value": 10, "maxDiscount": 100, "perCustomerLimit": 1},
        {"code": LUNCH, "kind": "percent", "value": 15, "maxDiscount": 60},
        {"code": "RIDE", "kind": "free_delivery", "value": 0, "minimum": 300, "usageLimit": 500},
    ),
    "tailor": (
        {"code": "RAIN", "kind": "free_delivery", "value": 0, "minimum": 500},
        {"code": "FIRST200", "kind": "amount", "value": 200, "minimum": 1000, "firstOrderOnly": True},
    ),
}
