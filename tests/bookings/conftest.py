"""The people of a booking, and their shop."""

from __future__ import annotations

import pytest

from metaia.core.access.permissions import STAFF
from tests.support.bookings import Shop
from tests.support.people import Person, World

WHO = {
    "customer": "customer",
    "other": "customer",
    "partner": "tailor",
    "foreign_partner": "tailor",
    "courier": "delivery",
    "admin": "admin",
    "support": "support",
}
KNOWN_AS = {"customer": {"name": "Asha Rao", "phone": "+919876543210"}}


class Cast:
    """The people of a booking; each is made when it is first named."""

    def __init__(self, world: World) -> None:
        self.world = world

    def __getattr__(self, name: str) -> Person:
        if name not in WHO:
            raise AttributeError(name)
        role = WHO[name]
        made = self.world.staff(role) if role in STAFF else self.world.person(role, **KNOWN_AS.get(name, {}))
        setattr(self, name, made)
        return made

    def shop(self, **given: object) -> Shop:
        """Return a new service of the partner, in a calendar of its own."""
        return Shop(self.partner, **given)  # type: ignore[arg-type]


@pytest.fixture
def cast(world: World) -> Cast:
    """Give one of each."""
    return Cast(world)
