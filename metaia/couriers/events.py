"""Event types of couriers."""

from __future__ import annotations

from metaia.couriers.schemas import ShiftChange
from metaia.realtime.catalogue import EventType

EVENTS = (
    EventType(
        "courier.shift",
        "courier:shift",
        ShiftChange,
        "A courier began or ended a shift.",
        "the courier's own clients, and staff",
    ),
)
