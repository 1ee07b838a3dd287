"""Ephemeral events of positions. They are never stored."""

from __future__ import annotations

from metaia.deliveries.tracking.policy import ETA, LOCATION
from metaia.deliveries.tracking.schemas import CourierPosition, DeliveryEta
from metaia.realtime.catalogue import EphemeralEvent

EVENTS = (
    EphemeralEvent(
        LOCATION,
        CourierPosition,
        "The position of the courier of an order, at most every 3 seconds.",
        "the order's partner until the dispatch, then its customer; and staff",
    ),
    EphemeralEvent(ETA, DeliveryEta, "When an order arrives.", "the order's customer and partner"),
)
