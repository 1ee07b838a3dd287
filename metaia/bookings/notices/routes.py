"""Registration of notices: types, texts, the event `notification`, and what follows a change of a booking."""

from __future__ import annotations

from pathlib import Path

from flask import Flask

from metaia.bookings.notices import events, publish
from metaia.bookings.notices.notifications import CATEGORY, NOTIFICATION_TYPES, STILL_TRUE
from metaia.bookings.publish import FOLLOWERS
from metaia.core.openapi.document import Api
from metaia.notifications import registry as notification_registry
from metaia.notifications.content import templates
from metaia.notifications.registry import TruthCheck
from metaia.realtime import catalogue


def register(app: Flask, api: Api) -> None:  # noqa: ARG001 - there are no routes
    """Register notices with the application."""
    notification_registry.register(app, *NOTIFICATION_TYPES)
    notification_registry.TRUTH_CHECKS.register(app, STILL_TRUE, TruthCheck(publish.still_true))
    notification_registry.SECOND_EVENTS.register(app, CATEGORY, events.record)
    templates.register(app, Path(__file__).parent / "templates")
    catalogue.register(app, events.NOTICE)
    FOLLOWERS.register(app, "notices", publish.follow)
