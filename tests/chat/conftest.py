"""The people of conversations, and their deals."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from metaia.core.access.permissions import STAFF
from tests.support.conversations import Deals, deals_of
from tests.support.people import Person, World

NAMES = {"customer": "Asha Rao", "other": "Ravi Kumar", "tailor": "Rao & Sons", "vendor": "Silk House"}
ROLES = {
    "customer": "customer",
    "other": "customer",
    "tailor": "tailor",
    "vendor": "vendor",
    "courier": "delivery",
    "second_courier": "delivery",
    "support": "support",
    "second_support": "support",
    "admin": "admin",
}


class Cast:
    """The people of conversations; each is made when it is first named."""

    def __init__(self, world: World) -> None:
        self.world = world

    def __getattr__(self, name: str) -> Person:
        if name not in ROLES:
            raise AttributeError(name)
        role = ROLES[name]
        fields = {"name": NAMES[name]} if name in NAMES else {}
        made = self.world.staff(role) if role in STAFF else self.world.person(role, **fields)
        setattr(self, name, made)
        return made


@pytest.fixture
def cast(world: World) -> Cast:
    """Give one of each."""
    return Cast(world)


@pytest.fixture
def deals(app: Flask) -> Iterator[Deals]:
    """Give deals without orders."""
    with deals_of(app) as given:
        yield given


@pytest.fixture
def context(app: Flask) -> Iterator[None]:
    """Let a test call services and queries."""
    with app.app_context():
        yield


@pytest.fixture
def asha(world: World) -> Person:
    return world.person(name="Asha Nair")


@pytest.fixture
def tailor(world: World) -> Person:
    return world.person("tailor", name="Meera's Tailoring")
