"""Event types of couriers."""

from __future__ import annotations

from metaia.couriers.schemas import FleetChange, ShiftChange
from metaia.realtime.catalogue import EventType

EVENTS = (
    EventType(
        "courier.shift",
        "courier:shift",
        ShiftChange,
        "A courier began or ended a shift.",
        "the courier's own clients, and staff",
    ),
    EventType(
        "fleet.changed",
        "fleet:changed",
        FleetChange,
        "A courier was invited to a fleet, has joined or left it, or the invitation was withdrawn.",
        "the courier; and the partner, if the courier is or was in its fleet",
    ),
)
