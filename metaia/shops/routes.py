"""Registration of shops."""

from __future__ import annotations

from typing import Any

from flask import Flask

from metaia.shops import models, service  # noqa: F401 # tables and error codes
from metaia.shops.counters import routes as counter_routes
from metaia.shops.follows import routes as follow_routes


def register(app: Flask, api: Any) -> None:  # features follow
    """Register this domain with the application."""
    for feature in (counter_routes, follow_routes):
        feature.register(app, api)
