"""Event types of deliveries. None of those that go to all couriers names an order or a customer."""

from __future__ import annotations

from metaia.deliveries.schemas import ClosedDelivery, OpenDelivery
from metaia.realtime.catalogue import EventType

_COURIERS = "all couriers, or those that were chosen; and staff"
EVENTS = (
    EventType(
        "delivery.offered", "delivery:offer", OpenDelivery, "A delivery is offered to couriers.", _COURIERS
    ),
    EventType(
        "delivery.closed", "delivery:closed", ClosedDelivery, "A delivery is not offered any more.", _COURIERS
    ),
)
