"""Login and logout of staff's pages, and the registration of the domain."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, render_template

from metaia.auth.login.schemas import Login
from metaia.auth.sessions import service as session_service
from metaia.auth.sessions.device import of_request
from metaia.console import cookie, rq_dashboard, service
from metaia.console.live import routes as live_routes
from metaia.console.pages import PAGE, blp
from metaia.console.queues import routes as queue_routes
from metaia.console.slots import routes as slot_routes
from metaia.core.access.actor import current
from metaia.core.http.browser import PAGES
from metaia.core.http.endpoint import LOGIN, PUBLIC, READ, WRITE
from metaia.core.http.views import answer, envelope

Entered = envelope("StaffEntered")
Left = envelope("StaffLeft")


@blp.endpoint("GET", "/login", returns=PAGE, content_type="text/html", limit=READ, access=PUBLIC)
def get_login() -> Response:
    """The login form. A script sends it."""
    return Response(render_template("staff/login.html"), mimetype="text/html")


@blp.endpoint("POST", "/login", body=Login, returns=Entered, limit=LOGIN, access=PUBLIC)
def log_in(body: dict[str, Any]) -> Response:
    """Log in: the browser gets a cookie for a new session, which replaces any earlier one."""
    response = answer()
    cookie.set_session(response, service.log_in(**body, device=of_request()))
    return response


@blp.endpoint("POST", "/logout", returns=Left, limit=WRITE, access=service.ENTRY_PERMISSION)
def log_out() -> Response:
    """End the session."""
    session_service.logout(current())
    response = answer()
    cookie.delete_session(response)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'  # of these pages
    return response


def register(app: Flask, api: Any) -> None:
    """Register this domain with the application. Its pages are not part of the API or of its document."""
    api.register_blueprint(queue_routes.blp)
    for blueprint in (blp, slot_routes.blp, live_routes.blp):
        app.register_blueprint(blueprint)
    for address in ("/admin", "/admin/"):  # a WebSocket, and nothing
        PAGES.register(app, address, "/admin/start")
    rq_dashboard.register(app, blp)
