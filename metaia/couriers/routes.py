"""Registration of couriers. Their shifts have routes in `deliveries`, as a shift shows what is offered."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Flask

from metaia.auth.account import erasure, export
from metaia.couriers import events, privacy, service
from metaia.couriers.fleets import routes as fleet_routes
from metaia.couriers.fleets import service as fleets
from metaia.couriers.notifications import NOTIFICATION_TYPES, STILL_INVITED
from metaia.notifications import registry as notification_registry
from metaia.notifications.content import templates
from metaia.realtime import catalogue


def register(app: Flask, api: Any) -> None:
    """Register this domain with the application."""
    service.init_app(app)
    catalogue.register(app, *events.EVENTS)
    notification_registry.register(app, *NOTIFICATION_TYPES)
    check = notification_registry.TruthCheck(fleets.still_invited)
    notification_registry.TRUTH_CHECKS.register(app, STILL_INVITED, check)
    templates.register(app, Path(__file__).parent / "templates")
    erasure.ERASERS.register(app, "couriers", privacy.erase)
    export.EXPORTS.register(app, "couriers", privacy.pages)
    for blueprint in (fleet_routes.partners, fleet_routes.couriers):
        api.register_blueprint(blueprint)
