"""Sets of measurements as JSON."""

from __future__ import annotations

from metaia.core.http.presenters import presenter
from metaia.core.json import Json
from metaia.shops.customers.queries import Measurements
from metaia.shops.measurements.schemas import MeasurementsOut

measurements = presenter(MeasurementsOut, rename={"values": "sizes"})


def conflict(found: Measurements) -> Json:
    """Return the `details` of a 409: the current set."""
    return {"version": found.version, "measurements": measurements(found)}
