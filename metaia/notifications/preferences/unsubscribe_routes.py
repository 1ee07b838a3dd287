"""One-click unsubscribing (RFC 8058) for mailboxes, and a page with a button for people. The link needs no login.

A GET request changes nothing, because mail scanners follow links too. The page runs no script.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from flask import Response, render_template
from markupsafe import Markup
from marshmallow import EXCLUDE, fields, validate

from metaia.core.errors import NotFound, Unavailable
from metaia.core.http import browser
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import PUBLIC, READ, TEXT
from metaia.core.http.fields import Schema
from metaia.notifications.content import templates, unsubscribe_links
from metaia.notifications.preferences import queries, service
from metaia.notifications.registry import EMAIL
from metaia.users import queries as user_queries

blp = Blueprint("unsubscribing", __name__, url_prefix=unsubscribe_links.PATH, description="Notifications")


class UnsubscribeToken(Schema):
    """The query of the link. Trackers of clicks add parameters; a token that is missing or cut is a wrong one."""

    class Meta:
        unknown = EXCLUDE

    token = fields.String(load_default="")


class OneClick(Schema):
    """The form that mailboxes and the button of the page post; other fields are ignored."""

    class Meta:
        unknown = EXCLUDE

    yes = fields.String(required=True, data_key="List-Unsubscribe", validate=validate.OneOf(["One-Click"]))


@blp.endpoint(
    "GET",
    "",
    query=UnsubscribeToken,
    returns=TEXT,
    content_type="text/html",
    limit=READ,
    access=PUBLIC,
    fails=(
        NotFound,
        Unavailable,
    ),
)
def get_page(query: dict[str, Any]) -> Response:
    """The page behind the link in a mail: a button that ends mails of its category, or restores them."""
    user_id, category = unsubscribe_links.read(query["token"])
    preferences, _ = queries.get(user_id)
    stopped = EMAIL in preferences.off.get(category, ())
    return _page("unsubscribe_done" if stopped else "unsubscribe_ask", query["token"], stopped=stopped)


# a mailbox provider posts for many users from few addresses
@blp.endpoint(
    "POST",
    "",
    query=UnsubscribeToken,
    form=OneClick,
    returns=TEXT,
    content_type="text/html",
    limit=READ,
    access=PUBLIC,
    fails=(
        NotFound,
        Unavailable,
    ),
)
def stop(query: dict[str, Any], _: dict[str, Any]) -> Response:
    """End mails of a category: called by mailboxes, and by the button of the page."""
    service.set_mails(*unsubscribe_links.read(query["token"]), wanted=False)
    return _page("unsubscribe_done", query["token"], stopped=True)


@blp.endpoint(
    "POST",
    "/undo",
    query=UnsubscribeToken,
    returns=TEXT,
    content_type="text/html",
    limit=READ,
    access=PUBLIC,
    fails=(
        NotFound,
        Unavailable,
    ),
)
def undo(query: dict[str, Any]) -> Response:
    """Restore the mails of a category."""
    service.set_mails(*unsubscribe_links.read(query["token"]), wanted=True)
    return _page("unsubscribe_undone", query["token"], stopped=False)


def _page(name: str, token: str, *, stopped: bool) -> Response:
    user_id, category = unsubscribe_links.read(token)
    locale = user_queries.locale(user_id)
    data = {"category": templates.render(f"category_{category}", locale, {}).title}
    page = render_template(
        "unsubscribe.html",
        text=templates.render(name, locale, data),
        button=templates.render_part(name, "button", locale, data),
        action=f"{unsubscribe_links.PATH}{'/undo' if stopped else ''}?token={quote(token)}",
        language=templates.render_part("mail", "language", locale, {}),
        style=Markup(browser.STYLE),  # noqa: S704 - a constant
    )
    return Response(page, mimetype="text/html", headers=browser.PAGE_HEADERS)
