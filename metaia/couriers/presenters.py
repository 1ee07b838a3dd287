"""Couriers as JSON."""

from __future__ import annotations

from metaia.core.db import AnyRow
from metaia.core.json import Json
from metaia.core.times import rfc3339
from metaia.couriers.queries import Shift

HALF = 500  # metres: nearer than that no distance to a courier is shown


def shift(courier_id: str, this: Shift | None, *, paused: bool) -> Json:
    """Return the shift of a courier as `ShiftOut`; `this` is None for a courier without any."""
    if this is None:
        return {
            "courierId": courier_id, "state": "off", "on": False, "vehicle": None, "since": None, "version": 0,
        }  # fmt: skip
    return {
        "courierId": courier_id,
        "state": ("paused" if paused else "on") if this.working else "off",
        "on": this.working,
        "vehicle": this.vehicle,
        "since": rfc3339(this.since),
        "version": this.version,
    }


def fleet_courier(row: AnyRow) -> Json:
    """Return a courier of a fleet as `FleetCourierOut`."""
    return {
        "courierId": row.courier_id,
        "firstName": first_name(row.name),
        "state": row.state,
        "since": rfc3339(row.since),
    }


def first_name(name: str) -> str:
    """Return the first word of a name."""
    return name.split(" ", maxsplit=1)[0]


def rough_km(metres: float | None) -> float | None:
    """Return a distance to a courier in kilometres, rounded to half a kilometre; None without one."""
    return None if metres is None else round(metres / HALF) * HALF / 1000


def fleet(row: AnyRow) -> Json:
    """Return a partner of a courier as `FleetOut`."""
    return {"partnerId": row.partner_id, "name": row.name, "state": row.state}
