"""The start page, and the pages on notifications. Their data are the answers of the API's own views."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Response, current_app, g, render_template

from metaia.console import cookie, session_auth
from metaia.console.service import ENTRY_PERMISSION
from metaia.core.errors import NotFound
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.content.assets import Assets
from metaia.core.http.endpoint import PUBLIC, READ
from metaia.notifications.content import preview, templates
from metaia.notifications.registry import NOTIFICATION_TYPES
from metaia.notifications.support.policy import NOTIFICATIONS_TRACE
from metaia.users import queries as user_queries

PAGE: dict[str, Any] = {"type": "string"}
ASSETS = Assets(Path(__file__).parent / "assets")
# A mail contains its own styles. Its preview may load nothing else and runs no script.
MAIL_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox; frame-ancestors 'none'"
blp = Blueprint(
    "staff", __name__, url_prefix="/admin", template_folder="templates", description="Staff's pages"
)
session_auth.protect(blp)
blp.app_context_processor(lambda: {"staff_assets": f"/admin/assets/{ASSETS.version}"})


# not /admin/, because /admin is a WebSocket
@blp.endpoint("GET", "/start", returns=PAGE, content_type="text/html", limit=READ, access=ENTRY_PERMISSION)
def get_start() -> Response:
    """The start page with links to the others."""
    return _page("start", person=user_queries.by_id(g.actor.id))


@blp.endpoint(
    "GET", "/notifications", returns=PAGE, content_type="text/html", limit=READ, access=NOTIFICATIONS_TRACE
)
def get_search() -> Response:
    """The search for notifications."""
    return _page("search", types=sorted(NOTIFICATION_TYPES.current()))


@blp.endpoint("GET", "/notifications.json", returns=PAGE, limit=READ, access=NOTIFICATIONS_TRACE)
def get_found() -> Response:
    """The results of a search."""
    return _api_answer("staff_notifications.get_many")


@blp.endpoint(
    "GET",
    "/notifications/<id:notification_id>",
    returns=PAGE,
    content_type="text/html",
    limit=READ,
    access=NOTIFICATIONS_TRACE,
)
def get_notification(notification_id: str) -> Response:
    """The page with the trace of a notification."""
    return _page("trace", notification_id=notification_id)


@blp.endpoint(
    "GET",
    "/notifications/<id:notification_id>/trace.json",
    returns=PAGE,
    limit=READ,
    access=NOTIFICATIONS_TRACE,
)
def get_trace(notification_id: str) -> Response:
    """The trace of a notification."""
    return _api_answer("staff_notifications.get_trace", notification_id=notification_id)


@blp.endpoint(
    "GET",
    "/notifications/preview",
    returns=PAGE,
    content_type="text/html",
    limit=READ,
    access=NOTIFICATIONS_TRACE,
)
def get_previews() -> Response:
    """The previews of all notification types, by channel and locale."""
    previews = [
        (type_, [(channel, locale, preview.parts(type_, channel, locale)) for channel in preview.channels(type_)
                 for locale in templates.locales()])
        for _, type_ in sorted(NOTIFICATION_TYPES.current().items())
    ]  # fmt: skip
    return _page("previews", previews=previews)


@blp.endpoint(
    "GET",
    "/notifications/preview/<name>/<locale>/<channel>",
    returns=PAGE,
    content_type="text/html",
    limit=READ,
    access=NOTIFICATIONS_TRACE,
)
def get_mail(name: str, locale: str, channel: str) -> Response:
    """The preview of a mail as HTML."""
    type_ = NOTIFICATION_TYPES.current().get(name)
    if type_ is None or channel not in preview.channels(type_) or locale not in templates.locales():
        raise NotFound
    parts = preview.parts(type_, channel, locale)
    if "html" not in parts:
        raise NotFound
    return Response(parts["html"], mimetype="text/html", headers={"Content-Security-Policy": MAIL_POLICY})


@blp.endpoint(
    "GET",
    "/assets/<version>/<filename>",
    returns=PAGE,
    content_type="text/javascript",
    limit=READ,
    access=PUBLIC,
)
def get_asset(version: str, filename: str) -> Response:
    """A script or a style sheet."""
    return ASSETS.respond(filename, version)


def _page(name: str, **values: Any) -> Response:
    page = render_template(f"staff/{name}.html", csrf=cookie.csrf_token(g.actor.session_id), **values)
    return Response(page, mimetype="text/html")


def _api_answer(endpoint: str, **arguments: Any) -> Response:
    """Return the answer of a view of the API, which checks the permission itself."""
    view: Any = current_app.view_functions[endpoint]
    return current_app.make_response(view(**arguments))
