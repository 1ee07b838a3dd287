"""Browsers among the callers: which answers they prefer, and the pages that they get at addresses of the API."""

from __future__ import annotations

from flask import redirect, request
from werkzeug.datastructures import MIMEAccept
from werkzeug.wrappers import Response

from metaia.core.registry import Registry

HTML, JSON = "text/html", "application/json"
# Address that has no page → page that a browser gets there. Users type addresses of WebSockets, and cut off ends of
# longer ones.
PAGES = Registry[str, str]("pages")


def prefers_html() -> bool:
    """Return whether the caller of the current request shows pages: its `Accept` names HTML, and prefers it to JSON."""
    accepted: MIMEAccept = request.accept_mimetypes
    return accepted.best_match([JSON, HTML]) == HTML


def page_instead() -> Response | None:
    """Return a redirect to the page for the current address, or None for other clients and addresses."""
    if request.method not in {"GET", "HEAD"} or not prefers_html():
        return None
    page = PAGES.current().get(request.path)
    return redirect(page, 303) if page else None
