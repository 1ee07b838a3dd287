"""Registration of reminders: their job, and what they follow."""

from __future__ import annotations

from flask import Flask

from metaia.bookings.publish import FOLLOWERS
from metaia.bookings.reminders import jobs, models, service
from metaia.core.openapi.document import Api
from metaia.jobs import registry as job_registry
from metaia.notifications.preferences.service import QUIET_HOURS_CHANGED

__all__ = ["models", "register"]


def register(app: Flask, api: Api) -> None:  # noqa: ARG001 - there are no routes
    """Register reminders with the application."""
    job_registry.register(app, jobs)
    FOLLOWERS.register(app, "reminders", service.follow)
    QUIET_HOURS_CHANGED.register(app, "reminders", service.follow_preferences)
