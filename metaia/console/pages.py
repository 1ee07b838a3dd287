"""The files of rq-dashboard's pages, and redirects from the addresses that staff's pages had before the console."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlencode

from flask import Response, current_app, redirect

from metaia.console.live import service as live_service
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.content.assets import Assets
from metaia.core.http.endpoint import PUBLIC, READ, TEXT

MOVED = 308
ASSETS = Assets(Path(__file__).parent / "assets")
blp = Blueprint(
    "staff", __name__, url_prefix="/admin", template_folder="templates", description="Staff's pages"
)
blp.app_context_processor(lambda: {"staff_assets": f"/admin/assets/{ASSETS.version}"})
blp.before_request(live_service.require_console)


def to_console(page: str, *, status: int = 303) -> Response:
    """Return a redirect to one of staff's pages in the console, which finds the slot of a member of staff."""
    return current_app.make_response(redirect(f"/console/?{urlencode({'to': page})}", status))


@blp.endpoint("GET", "/start", returns=TEXT, content_type="text/html", limit=READ, access=PUBLIC)
def get_start() -> Response:
    """The earlier start page."""
    return to_console("/", status=MOVED)


@blp.endpoint("GET", "/login", returns=TEXT, content_type="text/html", limit=READ, access=PUBLIC)
def get_login() -> Response:
    """The earlier login page."""
    return to_console("/", status=MOVED)


@blp.endpoint("GET", "/notifications", returns=TEXT, content_type="text/html", limit=READ, access=PUBLIC)
def get_search() -> Response:
    """The earlier search for notifications."""
    return to_console("/messages", status=MOVED)


@blp.endpoint(
    "GET",
    "/notifications/<id:notification_id>",
    returns=TEXT,
    content_type="text/html",
    limit=READ,
    access=PUBLIC,
)
def get_notification(notification_id: str) -> Response:
    """The earlier trace of a notification."""
    return to_console(f"/messages/{notification_id}", status=MOVED)


@blp.endpoint(
    "GET", "/notifications/preview", returns=TEXT, content_type="text/html", limit=READ, access=PUBLIC
)
def get_previews() -> Response:
    """The earlier previews of notifications."""
    return to_console("/previews", status=MOVED)


@blp.endpoint(
    "GET",
    "/assets/<version>/<filename>",
    returns=TEXT,
    content_type="text/javascript",
    limit=READ,
    access=PUBLIC,
)
def get_asset(version: str, filename: str) -> Response:
    """A script or a style sheet."""
    return ASSETS.respond(filename, version)
