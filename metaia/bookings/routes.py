"""Registration of bookings with the application."""

from __future__ import annotations

from typing import Any

from flask import Flask

from metaia.bookings import models  # noqa: F401 - so that the tables are known
from metaia.bookings.availability import routes as availability_routes
from metaia.bookings.blocks import models as block_models  # noqa: F401
from metaia.bookings.calendars import routes as calendar_routes
from metaia.bookings.feeds import models as feed_models  # noqa: F401
from metaia.bookings.reminders import models as reminder_models  # noqa: F401
from metaia.bookings.services import routes as service_routes
from metaia.bookings.slots import routes as slot_routes
from metaia.bookings.waiting import models as waiting_models  # noqa: F401


def register(app: Flask, api: Any) -> None:
    """Register this domain with the application."""
    calendar_routes.register(app, api)
    availability_routes.register(api)
    service_routes.register(app, api)
    slot_routes.register(app, api)
