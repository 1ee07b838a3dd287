"""Registers payments. They have no routes yet: webhooks state facts."""

from __future__ import annotations

from typing import Any

from flask import Flask

from metaia.payments import audit_rules, events, models
from metaia.payments.refunds import routes as refund_routes
from metaia.realtime import catalogue

__all__ = ["models", "register"]


def register(app: Flask, _: Any) -> None:
    """Register this domain with the application."""
    audit_rules.register(app)
    catalogue.register(app, *events.EVENTS)
    refund_routes.register(app)
