"""Routes of media."""

from __future__ import annotations

from flask import Flask

from metaia.core.openapi.document import Api
from metaia.jobs import registry as job_registry
from metaia.media import events, jobs, models, service
from metaia.media.uses import service as use_service
from metaia.realtime import catalogue

__all__ = ["models", "register", "service", "use_service"]


def register(app: Flask, api: Api) -> None:  # noqa: ARG001 - its routes follow
    """Register this domain with the application."""
    catalogue.register(app, *events.EVENTS)
    job_registry.register(app, jobs)
