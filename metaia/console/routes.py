"""Getting into staff's pages and out of them."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, render_template

from metaia.auth.login.schemas import Login
from metaia.auth.sessions import service as session_service
from metaia.auth.sessions.device import of_request
from metaia.console import cookie, service
from metaia.console import rq_dashboard as dashboard
from metaia.console.pages import PAGE, blp
from metaia.core.access.actor import current
from metaia.core.http.endpoint import LOGIN, PUBLIC, READ, WRITE, permission
from metaia.core.http.views import answer, envelope

Entered = envelope("StaffEntered")
Left = envelope("StaffLeft")


@blp.endpoint("GET", "/login", returns=PAGE, content_type="text/html", limit=READ, access=PUBLIC)
def get_login() -> Response:
    """The form; its script sends it."""
    return Response(render_template("staff/login.html"), mimetype="text/html")


@blp.endpoint("POST", "/login", body=Login, returns=Entered, limit=LOGIN, access=PUBLIC)
def log_in(body: dict[str, Any]) -> Response:
    """Come in: the browser gets a cookie for a new session, whatever it had before."""
    response = answer()
    cookie.give(response, service.log_in(**body, device=of_request()))
    return response


@blp.endpoint("POST", "/logout", returns=Left, limit=WRITE, access=permission(service.ENTER))
def log_out() -> Response:
    """End the session."""
    session_service.logout(current())
    response = answer()
    cookie.take_back(response)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'  # whatever a browser has kept of these pages
    return response


def register(app: Flask, _: Any) -> None:
    """Register this domain with the application: its pages are no part of the API, nor of its documents."""
    app.register_blueprint(blp)
    dashboard.register(app, blp)
