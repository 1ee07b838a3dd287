"""Registers refunds."""

from __future__ import annotations

from flask import Flask

from metaia.payments import service as payment_service
from metaia.payments.refunds import models, rows, service

__all__ = ["models", "register", "service"]


def register(app: Flask) -> None:
    """Register this feature with the application."""
    payment_service.FOLLOWERS.register(app, "refunds", rows.follow)
