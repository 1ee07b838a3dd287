"""Browsers among the callers: which answers they prefer, their pages at addresses of the API, and errors as pages."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256

from flask import Response as Page
from flask import current_app, redirect, request
from markupsafe import Markup
from werkzeug.datastructures import MIMEAccept
from werkzeug.wrappers import Response

from metaia.core.errors import Problem
from metaia.core.http import endpoint
from metaia.core.registry import Registry

HTML, JSON = "text/html", "application/json"
# Address that has no page → page that a browser gets there. Users type addresses of WebSockets, and cut off ends of
# longer ones.
PAGES = Registry[str, str]("pages")
STYLE = (
    "body{margin:0;padding:2rem 1rem;background:#f4f4f5;color:#18181b;font:1rem/1.5 system-ui,sans-serif}"
    "main{max-width:26rem;margin:0 auto;padding:2rem;border-radius:12px;background:#fff;overflow-wrap:anywhere}"
    ".brand{margin:0;font-size:.8rem;letter-spacing:.08em;color:#52525b}h1{font-size:1.4rem;line-height:1.25}"
    ".quiet{font-size:.8rem;color:#52525b}"
    "button{width:100%;font:inherit;padding:.6rem;border:0;border-radius:8px;background:#18181b;color:#fff}"
)
POLICY = (
    f"default-src 'none'; style-src 'sha256-{b64encode(sha256(STYLE.encode()).digest()).decode()}'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
PAGE_HEADERS = {"Content-Security-Policy": POLICY, "Referrer-Policy": "no-referrer"}
ERROR_PAGE = Markup(
    """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<main>
<p class="brand">METAIA</p>
<h1>{title}</h1>
{details}<p class="quiet">{status} {code}, request {request_id}</p>
</main>
</body>
</html>
"""
)


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


def shows_error_pages() -> bool:
    """Return whether the current request is for a page, and its caller does not prefer JSON."""
    view = current_app.view_functions.get(request.endpoint or "")
    kinds = [HTML, JSON]
    return endpoint.of(view).page and request.accept_mimetypes.best_match(kinds) == HTML


def error_page(problem: Problem, request_id: str) -> Page:
    """Return a problem as a page."""
    lines = [text for texts in problem.details.values() if isinstance(texts, list) for text in texts]
    details = Markup("").join(Markup("<p>{}</p>\n").format(text) for text in lines)
    content = ERROR_PAGE.format(
        title=problem.message,
        style=Markup(STYLE),  # noqa: S704 - a constant
        details=details,
        status=problem.status,
        code=problem.code,
        request_id=request_id,
    )
    return Page(content, problem.status, mimetype=HTML, headers=PAGE_HEADERS)
