"""What happens in the story, and who must hear what of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

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
    """Somebody does something: `see` get an `order_update` with `status`, `told` a notification of their own."""

    who: str
    action: str
    status: str
    see: tuple[str, ...]
    told: dict[str, str]
    body: dict[str, Any] = field(default_factory=dict)

    def expected(self) -> set[tuple[str, str, str]]:
        """Return (who, event, what it says) of everything that must arrive."""
        updates = {(who, "order_update", self.status) for who in self.see}
        return updates | {(who, "new_notification", kind) for who, kind in self.told.items()}


PLACE = Scene(
    "customer", "place", "pending", EVERYONE, {"customer": "order_placed", "tailor": "order_new"}, ORDER
)
ACCEPT = Scene(
    "tailor", "accept", "accepted", EVERYONE, {"customer": "order_accepted"}, {"estimatedTime": 45}
)
STORY = (
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
