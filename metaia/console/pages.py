"""The pages themselves: the start, and notifications. What they show of notifications is what the API answers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Response, current_app, g, render_template, send_from_directory

from metaia.console import cookie, session_auth
from metaia.console.service import ENTER
from metaia.core.errors import NotFound
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import PUBLIC, READ, permission
from metaia.notifications.content import preview, templates
from metaia.notifications.registry import NOTICES
from metaia.users import queries as user_queries

TRACE = "notifications.trace"
PAGE: dict[str, Any] = {"type": "string"}
ASSETS = Path(__file__).parent / "assets"
# A mail has its styles in itself. It is shown alone, may load nothing, and runs nothing.
MAIL_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox; frame-ancestors 'none'"
blp = Blueprint(
    "staff", __name__, url_prefix="/admin", template_folder="templates", description="Staff's pages"
)
session_auth.protect(blp)


# not at /admin/: /admin is a WebSocket
@blp.endpoint("GET", "/start", returns=PAGE, content_type="text/html", limit=READ, access=permission(ENTER))
def get_start() -> Response:
    """Where everything is."""
    return _page("start", who=user_queries.by_id(g.actor.id))


@blp.endpoint(
    "GET", "/notifications", returns=PAGE, content_type="text/html", limit=READ, access=permission(TRACE)
)
def get_search() -> Response:
    """Look for notifications."""
    return _page("search", kinds=sorted(NOTICES))


@blp.endpoint("GET", "/notifications.json", returns=PAGE, limit=READ, access=permission(TRACE))
def get_found() -> Response:
    """What was found."""
    return _as_the_api("staff_notifications.get_many")


@blp.endpoint(
    "GET",
    "/notifications/<id:notification_id>",
    returns=PAGE,
    content_type="text/html",
    limit=READ,
    access=permission(TRACE),
)
def get_notification(notification_id: str) -> Response:
    """The trace of a notification, as it grows."""
    return _page("trace", notification_id=notification_id)


@blp.endpoint(
    "GET",
    "/notifications/<id:notification_id>/trace.json",
    returns=PAGE,
    limit=READ,
    access=permission(TRACE),
)
def get_trace(notification_id: str) -> Response:
    """Its trace."""
    return _as_the_api("staff_notifications.get_trace", notification_id=notification_id)


@blp.endpoint(
    "GET",
    "/notifications/preview",
    returns=PAGE,
    content_type="text/html",
    limit=READ,
    access=permission(TRACE),
)
def get_previews() -> Response:
    """How everything looks that people are told."""
    shown = [
        (notice, [(channel, locale, preview.shown(notice, channel, locale)) for channel in preview.channels(notice)
                  for locale in templates.locales()])
        for _, notice in sorted(NOTICES.items())
    ]  # fmt: skip
    return _page("previews", notices=shown)


@blp.endpoint(
    "GET",
    "/notifications/preview/<name>/<locale>/<channel>",
    returns=PAGE,
    content_type="text/html",
    limit=READ,
    access=permission(TRACE),
)
def get_mail(name: str, locale: str, channel: str) -> Response:
    """A mail as its reader sees it."""
    notice = NOTICES.get(name)
    if notice is None or channel not in preview.channels(notice) or locale not in templates.locales():
        raise NotFound
    parts = preview.shown(notice, channel, locale)
    if "html" not in parts:
        raise NotFound
    return Response(parts["html"], mimetype="text/html", headers={"Content-Security-Policy": MAIL_POLICY})


@blp.endpoint(
    "GET", "/assets/<filename>", returns=PAGE, content_type="text/javascript", limit=READ, access=PUBLIC
)
def get_asset(filename: str) -> Response:
    """A script or a style sheet."""
    return send_from_directory(ASSETS, filename)


def _page(name: str, **values: Any) -> Response:
    page = render_template(f"staff/{name}.html", csrf=cookie.csrf_token(g.actor.session_id), **values)
    return Response(page, mimetype="text/html")


def _as_the_api(endpoint: str, **arguments: Any) -> Response:
    """Answer as a view of the API does, under the permission that it needs."""
    view: Any = current_app.view_functions[endpoint]
    return current_app.make_response(view(**arguments))
