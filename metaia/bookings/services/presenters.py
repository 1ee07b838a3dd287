"""Services as JSON."""

from __future__ import annotations

from metaia.bookings.services.queries import Service
from metaia.bookings.services.schemas import CancellationOut, ServiceOut
from metaia.core.http.presenters import presenter
from metaia.core.json import Json

_cancellation = presenter(CancellationOut)
service = presenter(
    ServiceOut,
    computed={"cancellation": _cancellation, "calendar_ids": lambda found: list(found.calendar_ids)},
)


def conflict(found: Service) -> Json:
    """Return the `details` of a 409: the current service."""
    return {"version": found.version, "service": service(found)}
