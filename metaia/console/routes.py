"""The registration of the domain."""

from __future__ import annotations

from typing import Any

from flask import Flask

from metaia.console import pages, rq_dashboard
from metaia.console.live import routes as live_routes
from metaia.console.live import service as live_service
from metaia.console.queues import routes as queue_routes
from metaia.console.slots import routes as slot_routes
from metaia.core.http.browser import PAGES


def register(app: Flask, api: Any) -> None:
    """Register this domain with the application. Its pages are not part of the API or of its document."""
    api.register_blueprint(queue_routes.blp)
    for blueprint in (pages.blp, slot_routes.blp, live_routes.blp):
        app.register_blueprint(blueprint)
    if app.config["CONSOLE"] != live_service.OFF:
        for address in ("/admin", "/admin/"):  # a WebSocket, and nothing
            PAGES.register(app, address, "/console/")
    rq_dashboard.register(app, pages.blp)
