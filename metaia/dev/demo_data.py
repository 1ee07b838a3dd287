"""The content of the demo data: users, the products of the shops, and the paths of the orders."""

from __future__ import annotations

from dataclasses import dataclass

PASSWORD = "metaia-demo"  # noqa: S105 - public, so production refuses the demo data


@dataclass(frozen=True)
class Person:
    """A demo user; `login` is the part of the e-mail address before @metaia.example."""

    login: str
    role: str
    name: str
    phone: str | None = None

    @property
    def email(self) -> str:
        return f"{self.login}@metaia.example"

    @property
    def number(self) -> str:
        """Return the telephone number in the form that SMS vendors get (E.164)."""
        return (self.phone or "").replace(" ", "")

    @property
    def device(self) -> str:
        """Return the push token of the user's telephone; only the customer has registered one."""
        return f"demo-phone-of-{self.login}"


PEOPLE = (
    Person("customer", "customer", "Asha Nair", "+1 202 555 0101"),
    Person("customer2", "customer", "Daniel Weber", "+1 202 555 0102"),
    Person("tailor", "tailor", "Meera's Tailoring", "+1 202 555 0103"),
    Person("vendor", "vendor", "Saffron Kitchen", "+1 202 555 0104"),
    Person("delivery", "delivery", "Ravi Kumar", "+1 202 555 0105"),
    Person("support", "support", "Lena Fischer"),
    Person("admin", "admin", "Arjun Rao"),
    Person("super", "super_admin", "Grace Okafor"),
    Person("vet", "vendor", "Paws and Tails Clinic", "+1 202 555 0109"),
    Person("delivery2", "delivery", "Sana Thomas", "+1 202 555 0110"),
)
COURIERS = {"delivery": "motorbike", "delivery2": "bicycle"}  # on shift near the shops, with these vehicles

# Prices in INR. Orders at the pet clinic's shop have no partner: they belong to the operator, and admins process them.
SHOPS: dict[str, tuple[tuple[str, int], ...]] = {
    "tailor": (
        ("Linen shirt, made to measure", 1450),
        ("Trousers, hemmed", 250),
        ("Silk blouse", 1800),
        ("Sherwani, second fitting", 2200),
        ("Suit jacket, taken in", 900),
        ("Zip, replaced", 180),
    ),
    "vendor": (
        ("Masala dosa", 120),
        ("Paneer tikka", 280),
        ("Vegetable biryani", 240),
        ("Thali of the day", 220),
        ("Mango lassi", 90),
        ("Filter coffee", 40),
    ),
    "clinic": (
        ("Flea drops, pack of 3", 850),
        ("Recovery collar, medium", 420),
        ("Joint tablets, 60", 1250),
        ("Dental chews", 360),
        ("Mild shampoo", 540),
    ),
}
RATES = {"INR": 1.0, "EUR": 0.011, "USD": 0.012, "JPY": 1.8}  # round figures, good enough for a demo
ADDRESSES = (
    "12 Lake View Road, Kochi",
    "4th floor, 88 Residency Road, Bengaluru",
    "7 Temple Street, Chennai",
)
# Near the shops: those with a catalogue deliver there.
PLACES = (
    {"address": "12 Lake View Road, Kochi", "lat": 9.9852, "lng": 76.2830},
    {"address": "3B Convent Road, Kochi", "lat": 9.9736, "lng": 76.2841},
    {"address": "41 Chittoor Road, Kochi", "lat": 9.9788, "lng": 76.2869},
)
NOTES = ("Please ring twice.", "The gate is on the left.", "As last time, please.")


@dataclass(frozen=True)
class Path:
    """The path of some orders: (party, action) steps after placing, their age in hours (from, to), and their number."""

    steps: tuple[tuple[str, str], ...]
    hours: tuple[float, float]
    count: int


@dataclass(frozen=True)
class AtCounter:
    """An order that a shop has placed at its counter some hours ago: for a user with this login, or for a walk-in."""

    shop: str
    steps: tuple[tuple[str, str], ...]
    hours: float
    login: str | None = None
    name: str | None = None
    phone: str | None = None


_MADE = (("shop", "accept"), ("shop", "prepare"))
_READY = (*_MADE, ("shop", "ready"))
_AWAY = (*_READY, ("shop", "assign"), ("delivery", "dispatch"))
_THERE = (*_AWAY, ("delivery", "deliver"))
_LONG_AGO = (24.0, 24.0 * 28)

PATHS = (
    Path((*_THERE, ("customer", "complete")), _LONG_AGO, 20),
    Path((*_READY, ("shop", "complete")), _LONG_AGO, 9),
    Path((("shop", "reject"),), _LONG_AGO, 4),
    Path((("customer", "cancel"),), _LONG_AGO, 3),
    Path((("shop", "accept"), ("shop", "cancel")), _LONG_AGO, 2),
    Path(_THERE, (5.0, 24.0), 6),
    Path(_AWAY, (3.5, 6.0), 1),  # the courier can still claim another one
    Path(_READY, (3.0, 5.0), 3),
    Path(_MADE, (2.0, 4.0), 4),
    Path((("shop", "accept"),), (1.0, 3.0), 3),
    Path((), (0.1, 0.9), 5),
)
COUNTER = (
    AtCounter("vendor", (*_READY, ("shop", "complete")), 27.0, name="Table 4"),
    AtCounter("tailor", (*_READY, ("shop", "complete")), 50.0, login="customer"),
    AtCounter("tailor", (("shop", "accept"),), 1.5, name="Walk-in Joseph", phone="+1 202 555 0120"),
    AtCounter("vendor", _MADE, 0.4, login="customer2"),
)
