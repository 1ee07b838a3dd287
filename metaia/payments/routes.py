"""Registers payments. They have no routes yet: webhooks state facts."""

from __future__ import annotations

from pathlib import Path

from flask import Flask

from metaia.core.openapi.document import Api
from metaia.notifications.content import templates
from metaia.payments import audit_rules, events, models
from metaia.payments.disputes import routes as dispute_routes
from metaia.payments.refunds import routes as refund_routes
from metaia.realtime import catalogue

__all__ = ["models", "register"]


def register(app: Flask, api: Api) -> None:
    """Register this domain with the application."""
    audit_rules.register(app)
    catalogue.register(app, *events.EVENTS)
    templates.register(app, Path(__file__).parent / "templates")
    refund_routes.register(app, api)
    dispute_routes.register(app, api)
