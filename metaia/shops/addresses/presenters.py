"""Addresses as JSON."""

from __future__ import annotations

from metaia.core.http.presenters import presenter
from metaia.core.json import Json
from metaia.shops.addresses.schemas import AddressOut
from metaia.shops.customers.queries import Address

address = presenter(AddressOut, rename={"default": "is_default"})


def conflict(found: Address) -> Json:
    """Return the `details` of a 409: the current address."""
    return {"version": found.version, "address": address(found)}
