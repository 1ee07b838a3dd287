"""Login and logout of staff's pages, and the registration of the domain."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, render_template

from metaia.auth.login import service as login_service
from metaia.auth.schemas import Login
from metaia.auth.sessions.service import asking
from metaia.console import cookie, rq_dashboard, service
from metaia.console.pages import PAGE, blp
from metaia.core.access.actor import current
from metaia.core.http.views import LOGIN, READ, WRITE, answer, envelope, needs, public, rated

Entered = envelope("StaffEntered")
Left = envelope("StaffLeft")


@blp.route("/login")
@blp.response(200, PAGE, content_type="text/html")
@rated(READ)
@public
def get_login() -> Response:
    """The login form. A script sends it."""
    return Response(render_template("staff/login.html"), mimetype="text/html")


@blp.route("/login", methods=["POST"])
@blp.arguments(Login)
@blp.response(200, Entered)
@rated(LOGIN)
@public
def log_in(body: dict[str, Any]) -> Response:
    """Log in: the browser gets a cookie for a new session, which replaces any earlier one."""
    response = answer()
    cookie.set_session(response, service.log_in(**body, device=asking()))
    return response


@blp.route("/logout", methods=["POST"])
@blp.response(200, Left)
@rated(WRITE)
@needs(service.ENTRY_PERMISSION)
def log_out() -> Response:
    """End the session."""
    login_service.logout(current())
    response = answer()
    cookie.delete_session(response)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'  # of these pages
    return response


def register(app: Flask, _: Any) -> None:
    """Register this domain with the application. Its pages are not part of the API or of its document."""
    app.register_blueprint(blp)
    rq_dashboard.register(app, blp)
