"""Registration of bookings with the application."""

from __future__ import annotations

from typing import Any

from flask import Flask

from metaia.bookings import models  # noqa: F401 - so that the tables are known
from metaia.bookings.blocks import models as block_models  # noqa: F401
from metaia.bookings.calendars import models as calendar_models  # noqa: F401
from metaia.bookings.feeds import models as feed_models  # noqa: F401
from metaia.bookings.reminders import models as reminder_models  # noqa: F401
from metaia.bookings.services import models as service_models  # noqa: F401
from metaia.bookings.waiting import models as waiting_models  # noqa: F401


def register(app: Flask, api: Any) -> None:
    """Register this domain with the application."""
