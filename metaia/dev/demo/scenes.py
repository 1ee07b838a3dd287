"""The scenes of the demo: requests, and the events that each client must receive."""

from __future__ import annotations

from dataclasses import dataclass, field

from metaia.core.json import Json

EVERYONE = ("customer", "tailor", "admin")
WITH_COURIER = (*EVERYONE, "delivery")
ORDER = {
    "items": [
        {"name": "Linen shirt, made to measure", "quantity": 2, "price": 1450},
        {"name": "Trousers, hemmed", "quantity": 1, "price": 250},
    ],
    "customerInfo": {"address": "12 Lake View Road, Kochi"},
    "notes": "As last time, please.",
}


@dataclass(frozen=True)
class Scene:
    """An action of one user: `updated` get an `order_update` with `status`, `notified` the notification named there."""

    login: str
    action: str
    status: str
    updated: tuple[str, ...]
    notified: dict[str, str]
    body: Json = field(default_factory=dict)

    def expected(self) -> set[tuple[str, str, str]]:
        """Return (login, event, kind) of every event that must arrive."""
        updates = {(login, "order_update", self.status) for login in self.updated}
        return updates | {(login, "new_notification", kind) for login, kind in self.notified.items()}


PLACE = Scene(
    "customer", "place", "pending", EVERYONE, {"customer": "order_placed", "tailor": "order_new"}, ORDER
)
ACCEPT = Scene(
    "tailor", "accept", "accepted", EVERYONE, {"customer": "order_accepted"}, {"estimatedTime": 45}
)
PAID = (
    Scene(
        "customer",
        "place",
        "pending",
        EVERYONE,
        {"customer": "order_placed"},
        ORDER | {"paymentMethod": "online"},
    ),
    Scene("customer", "pay", "pending", EVERYONE, {"tailor": "order_new"}),
    ACCEPT,
)
SCENES = (
    PLACE,
    ACCEPT,
    Scene("tailor", "prepare", "preparing", EVERYONE, {"customer": "order_preparing"}),
    Scene("tailor", "ready", "ready", EVERYONE, {"customer": "order_ready"}),
    Scene(
        "tailor",
        "assign",
        "ready",
        WITH_COURIER,
        {"customer": "order_courier", "delivery": "order_assigned"},
    ),
    Scene(
        "delivery",
        "dispatch",
        "out_for_delivery",
        WITH_COURIER,
        {"customer": "order_dispatched", "tailor": "order_dispatched"},
    ),
    Scene(
        "delivery",
        "deliver",
        "delivered",
        WITH_COURIER,
        {"customer": "order_delivered", "tailor": "order_delivered"},
    ),
    Scene("customer", "complete", "completed", WITH_COURIER, {"tailor": "order_completed"}),
)
