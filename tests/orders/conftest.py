"""The people that an order's story needs."""

from __future__ import annotations

import pytest

from metaia.core.access.permissions import STAFF
from metaia.core.json import Json
from tests.support.people import Person, World

# how an order gets into a status: (who, action)
WAYS = {
    "pending": [],
    "accepted": [("tailor", "accept")],
    "rejected": [("tailor", "reject")],
    "preparing": [("tailor", "prepare")],
    "ready": [("tailor", "prepare"), ("tailor", "ready")],
    "out_for_delivery": [("tailor", "prepare"), ("tailor", "ready"), ("tailor", "dispatch")],
    "delivered": [
        ("tailor", "prepare"),
        ("tailor", "ready"),
        ("courier", "dispatch"),
        ("courier", "deliver"),
    ],
    "completed": [("tailor", "prepare"), ("tailor", "ready"), ("tailor", "complete")],
    "cancelled": [("customer", "cancel")],
}


# who there is, by role
WHO = {
    "customer": "customer",
    "tailor": "tailor",
    "courier": "delivery",
    "admin": "admin",
    "support": "support",
    "super_admin": "super_admin",
    "foreign_customer": "customer",
    "foreign_tailor": "tailor",
    "foreign_courier": "delivery",
}
KNOWN_AS = {"customer": {"name": "Asha Rao", "phone": "+919876543210"}}


class Cast:
    """Everyone who takes part in an order, and those who do not; who is never spoken of does not come."""

    def __init__(self, world: World) -> None:
        self._world = world

    def __getattr__(self, who: str) -> Person:
        """Let somebody come who is spoken of for the first time."""
        if who not in WHO:
            raise AttributeError(who)
        role = WHO[who]
        made = self._world.staff(role) if role in STAFF else self._world.person(role, **KNOWN_AS.get(who, {}))
        setattr(self, who, made)
        return made

    def everyone(self) -> dict[str, Person]:
        """Return all of them."""
        return {who: getattr(self, who) for who in WHO}

    def order_in(self, status: str) -> Json:
        """Return an order that has a courier and is in `status`."""
        order = self.customer.order(partnerId=self.tailor.id)
        order = self.tailor.act(order, "assign", deliveryPartnerId=self.courier.id)
        for who, action in WAYS[status]:
            body = {"reason": "closed"} if action == "reject" else {}
            order = getattr(self, who).act(order, action, **body)
        assert order["status"] == status
        return order


@pytest.fixture
def cast(world: World) -> Cast:
    """Give one of each."""
    return Cast(world)
