"""Registration of reminders: their job, notification types and texts."""

from __future__ import annotations

from pathlib import Path

from flask import Flask

from metaia.chat.reminders import jobs, service
from metaia.chat.reminders.notifications import KEY, types
from metaia.core.openapi.document import Api
from metaia.jobs import registry as job_registry
from metaia.notifications import registry as notification_registry
from metaia.notifications.content import templates
from metaia.notifications.registry import TruthCheck


def register(app: Flask, api: Api) -> None:  # noqa: ARG001 - there are no routes
    """Register reminders with the application."""
    job_registry.register(app, jobs)
    notification_registry.register(app, *types(app.config["CHAT_MAIL_AFTER"]))
    notification_registry.TRUTH_CHECKS.register(app, KEY, TruthCheck(service.still_true))
    notification_registry.DETAILS.register(app, KEY, service.details)
    templates.register(app, Path(__file__).parent / "templates")
