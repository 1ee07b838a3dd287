"""Registers analytics; the routes are those of its parts."""

from __future__ import annotations

from flask import Flask

from metaia.analytics import commands, events, jobs, models
from metaia.analytics.dashboard import routes as dashboard_routes
from metaia.analytics.drilling import routes as drill_routes
from metaia.analytics.sets import routes as set_routes
from metaia.core.openapi.document import Api
from metaia.jobs import registry as job_registry
from metaia.realtime import catalogue

__all__ = ["models", "register"]


def register(app: Flask, api: Api) -> None:
    """Register this domain with the application."""
    catalogue.register(app, *events.EVENTS)
    job_registry.register(app, jobs)
    app.cli.add_command(commands.group)
    for feature in (dashboard_routes, set_routes, drill_routes):
        feature.register(app, api)
