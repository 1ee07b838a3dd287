"""Routes of media."""

from __future__ import annotations

from flask import Flask

from metaia.core.openapi.document import Api
from metaia.jobs import registry as job_registry
from metaia.media import events, jobs, models, service
from metaia.media.cleaning import commands
from metaia.media.cleaning import jobs as cleaning_jobs
from metaia.media.direct import routes as direct_routes
from metaia.media.serving import routes as serving_routes
from metaia.media.uses import service as use_service
from metaia.realtime import catalogue

__all__ = ["models", "register", "service", "use_service"]


def register(app: Flask, api: Api) -> None:
    """Register this domain with the application."""
    catalogue.register(app, *events.EVENTS)
    job_registry.register(app, jobs)
    job_registry.register(app, cleaning_jobs)
    app.cli.add_command(commands.group)
    for part in (serving_routes, direct_routes):
        part.register(app, api)
