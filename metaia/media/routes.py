"""Routes of media."""

from __future__ import annotations

from flask import Flask

from metaia.core.openapi.document import Api
from metaia.media import events, models, service
from metaia.media.uses import service as use_service
from metaia.realtime import catalogue

__all__ = ["models", "register", "service", "use_service"]


def register(app: Flask, api: Api) -> None:  # noqa: ARG001 - its routes follow
    """Register this domain with the application."""
    catalogue.register(app, *events.EVENTS)
