"""Demo data of what a customer keeps: an address near the shops, and the measurements for the tailor."""

from __future__ import annotations

from collections.abc import Mapping

from metaia.core.access.actor import Actor
from metaia.core.json import Json
from metaia.dev import demo_data
from metaia.shops.addresses.schemas import CreateAddress
from metaia.shops.customers import service
from metaia.shops.customers.queries import Address, Measurements
from metaia.shops.measurements.schemas import CreateMeasurements

OWNER = "customer"
HOME: Json = {"label": "Home", "instructions": "The second gate.", "default": True}
SIZES = {"Chest": 92.5, "Waist": 78, "Sleeve": 58, "Inseam": 74}


def fill(people: Mapping[str, Actor]) -> None:
    """Add the address and the measurements, in the running transaction."""
    address: Json = CreateAddress().load(HOME | demo_data.PLACES[0])
    service.create(Address, people[OWNER], address)
    values = [{"name": name, "value": value, "unit": "cm"} for name, value in SIZES.items()]
    sizes: Json = CreateMeasurements().load({"name": "Asha", "values": values})
    service.create(Measurements, people[OWNER], sizes)
