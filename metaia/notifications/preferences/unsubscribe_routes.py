"""One-click unsubscribing (RFC 8058), for mailboxes and for people: whoever has a mail's link needs no login.

Opening the page changes nothing, for mail scanners open links too; its button does. There are no scripts on it.
"""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from typing import Any
from urllib.parse import quote

from flask import Response, render_template
from markupsafe import Markup
from marshmallow import EXCLUDE, fields, validate

from metaia.core.errors import NotFound, Unavailable
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import PUBLIC, READ, TEXT
from metaia.core.http.fields import Schema
from metaia.notifications import queries
from metaia.notifications.content import templates
from metaia.notifications.preferences import service as preference_service
from metaia.notifications.preferences import unsubscribe_links
from metaia.notifications.registry import EMAIL
from metaia.users import queries as user_queries

blp = Blueprint("unsubscribing", __name__, url_prefix=unsubscribe_links.PATH, description="Notifications")
STYLE = (
    "body{margin:0;padding:2rem 1rem;background:#f4f4f5;color:#18181b;font:1rem/1.5 system-ui,sans-serif}"
    "main{max-width:26rem;margin:0 auto;padding:2rem;border-radius:12px;background:#fff}"
    ".brand{margin:0;font-size:.8rem;letter-spacing:.08em;color:#52525b}h1{font-size:1.4rem;line-height:1.25}"
    "button{width:100%;font:inherit;padding:.6rem;border:0;border-radius:8px;background:#18181b;color:#fff}"
)
POLICY = (
    f"default-src 'none'; style-src 'sha256-{b64encode(sha256(STYLE.encode()).digest()).decode()}'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HTML = {"schema": {"type": "string"}, "content_type": "text/html"}


class UnsubscribeToken(Schema):
    token = fields.String(required=True, validate=validate.Length(min=1, max=500))


class OneClick(Schema):
    """What mailboxes send, and this page's own button."""

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
    """The page behind the link in a mail: a button that ends mails of its category, or brings them back."""
    user_id, category = unsubscribe_links.read(query["token"])
    wishes, _ = queries.preferences(user_id)
    done = EMAIL in wishes.off.get(category, ())
    return _page("unsubscribe_done" if done else "unsubscribe_ask", query["token"], stopped=done)


# mailboxes come from few addresses
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
    """End mails of a category, as mailboxes do it and as the page's button does."""
    preference_service.no_mails(*unsubscribe_links.read(query["token"]), stop=True)
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
    """Bring the mails back."""
    preference_service.no_mails(*unsubscribe_links.read(query["token"]), stop=False)
    return _page("unsubscribe_undone", query["token"], stopped=False)


def _page(kind: str, token: str, *, stopped: bool) -> Response:
    user_id, category = unsubscribe_links.read(token)
    locale = user_queries.locale(user_id)
    data = {"category": templates.words(f"category_{category}", locale, {}).title}
    page = render_template(
        "unsubscribe.html",
        words=templates.words(kind, locale, data),
        button=templates.phrase(kind, "button", locale, data),
        action=f"{unsubscribe_links.PATH}{'/undo' if stopped else ''}?token={quote(token)}",
        language=templates.phrase("mail", "language", locale, {}),
        style=Markup(STYLE),  # noqa: S704 - ours
    )
    headers = {"Content-Security-Policy": POLICY, "Referrer-Policy": "no-referrer"}
    return Response(page, mimetype="text/html", headers=headers)
