"""The people of a delivery: a customer, a shop, and couriers on shift."""

from __future__ import annotations

import pytest

from metaia.core.json import Json
from tests.support.people import Person, World

INFO = {"name": "Asha Rao", "phone": "+919876543210", "address": "12 Hill Road, Mumbai"}
NOTE = "Ring twice, Asha sleeps"


class Pool:
    """A shop with its customer. Its orders go to an address, so they are offered when they are ready."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.customer, self.shop = world.person(), world.person("tailor")

    def courier(self, *, on: bool = True) -> Person:
        """Return a new courier, on shift by default."""
        courier = self.world.person("delivery")
        if on:
            assert courier.put("/api/couriers/me/shift", {"on": True, "vehicle": "bicycle"}).ok
        return courier

    def order(self, status: str = "ready") -> Json:
        """Return a new order in a status from pending to ready."""
        order = self.customer.order(partnerId=self.shop.id, customerInfo=INFO, notes=NOTE)
        for action in {"pending": (), "accepted": ("accept",), "ready": ("accept", "ready")}[status]:
            order = self.shop.act(order, action)
        return order


@pytest.fixture
def pool(world: World) -> Pool:
    """Give a shop, its customer and no courier yet."""
    return Pool(world)
