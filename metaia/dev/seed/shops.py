"""Demo data of shops: the profiles of three partners in Kochi, where they deliver, and their followers."""

from __future__ import annotations

from metaia.core.access.actor import Actor
from metaia.core.json import Json
from metaia.dev.flushing import flush
from metaia.shops.approvals import service as approvals
from metaia.shops.delivery_areas import service as delivery_areas
from metaia.shops.delivery_areas.schemas import PutDelivery
from metaia.shops.follows import service as follows
from metaia.shops.profiles import service as profiles
from metaia.shops.profiles.schemas import PutProfile


def _address(line: str, code: str) -> Json:
    return {"line1": line, "city": "Kochi", "region": "Kerala", "postalCode": code, "country": "IN"}


# By login. They have no hours, so they are always open: the demo orders at any time of day.
PROFILES: dict[str, Json] = {
    "tailor": {
        "businessName": "Meera's Tailoring",
        "description": "Shirts, blouses and suits, made to measure and altered.",
        "category": "tailor",
        "tags": ["made to measure", "alterations"],
        "address": _address("14 Broadway", "682031"),
        "location": {"lat": 9.9816, "lng": 76.2757},
        "priceLevel": 2,
        "preparationMinutes": 240,
    },
    "vendor": {
        "businessName": "Saffron Kitchen",
        "description": "South Indian breakfast, thalis and biryani.",
        "category": "restaurant",
        "tags": ["vegetarian", "breakfast", "biryani"],
        "address": _address("7 Marine Drive", "682011"),
        "location": {"lat": 9.9777, "lng": 76.2751},
        "priceLevel": 1,
        "preparationMinutes": 20,
    },
    "vet": {
        "businessName": "Paws and Tails Clinic",
        "description": "Check-ups, grooming and classes for dogs and cats.",
        "category": "health",
        "tags": ["pets", "grooming"],
        "address": _address("2 Panampilly Nagar", "682036"),
        "location": {"lat": 9.9591, "lng": 76.2965},
        "priceLevel": 3,
        "fulfilments": ["pickup"],
    },
}
DELIVERY: dict[str, Json] = {
    "tailor": {
        "deliveryBy": "pool",
        "area": {"kind": "radius", "km": 15},
        "tiers": [{"upToKm": 15, "fee": 60, "freeFrom": 1500}],
    },
    "vendor": {
        "deliveryBy": "pool",
        "area": {"kind": "radius", "km": 8},
        "tiers": [{"upToKm": 3, "fee": 25, "freeFrom": 500}, {"upToKm": 8, "minimum": 200, "fee": 45}],
        "courierCall": "accepted",
    },
}
CODE: Json = {"proof": {"code": True}}  # the kitchen's couriers ask for the customer's code
FOLLOWS = (("customer", "vendor"), ("customer", "tailor"), ("customer2", "vendor"), ("delivery", "vendor"))


def fill(people: dict[str, Actor]) -> None:
    """Publish the profiles of the partners, in the running transaction, and let users follow them."""
    for login, profile in PROFILES.items():
        partner = people[login]
        given: Json = PutProfile().load({"customItems": True, "currency": "INR"} | profile)
        profiles.put(partner, {key: each for key, each in given.items() if key != "expected_version"}, None)
        flush()
        if login in DELIVERY:
            delivery_areas.put(partner, PutDelivery().load(DELIVERY[login]), None)
            flush()
        approvals.act(partner, partner.id, "submit", None)
        flush()
    for follower, followed in FOLLOWS:
        follows.follow(people[follower], people[followed].id)
        flush()


def ask_for_codes(people: dict[str, Actor]) -> None:
    """Let the kitchen's deliveries need a code from now on, in the running transaction: past ones had none."""
    delivery_areas.put(people["vendor"], PutDelivery().load(DELIVERY["vendor"] | CODE), None)
    flush()
