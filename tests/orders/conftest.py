"""The people that an order's story needs."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.support.people import Json, Person, World

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


@dataclass
class Cast:
    """Everyone who takes part in an order, and those who do not."""

    customer: Person
    tailor: Person
    courier: Person
    admin: Person
    support: Person
    super_admin: Person
    foreign_customer: Person
    foreign_tailor: Person
    foreign_courier: Person

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
    return Cast(
        customer=world.person("customer", name="Asha Rao", phone="+919876543210"),
        tailor=world.person("tailor"),
        courier=world.person("delivery"),
        admin=world.staff("admin"),
        support=world.staff("support"),
        super_admin=world.staff("super_admin"),
        foreign_customer=world.person("customer"),
        foreign_tailor=world.person("tailor"),
        foreign_courier=world.person("delivery"),
    )
