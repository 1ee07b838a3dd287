"""The page that mailed links open: static, without cookies; it may load and call nothing but what is here."""

from __future__ import annotations

from pathlib import Path

from flask import Response

from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import PUBLIC, READ
from metaia.core.http.security_headers import as_page

blp = Blueprint("account_page", __name__, description="The page that mailed links open")
FOLDER = Path(__file__).parent / "page"
PAGE, SCRIPT, STYLE = ((FOLDER / f"account.{kind}").read_bytes() for kind in ("html", "js", "css"))


@blp.endpoint(
    "GET", "/account", returns={"type": "string"}, content_type="text/html", limit=READ, access=PUBLIC
)
def get_page() -> Response:
    """The page; what to do is in the fragment of its address, which it never sends in an address."""
    return as_page(Response(PAGE, mimetype="text/html"))


@blp.endpoint(
    "GET",
    "/account/account.js",
    returns={"type": "string"},
    content_type="text/javascript",
    limit=READ,
    access=PUBLIC,
)
def get_script() -> Response:
    """Its script."""
    return Response(SCRIPT, mimetype="text/javascript")


@blp.endpoint(
    "GET",
    "/account/account.css",
    returns={"type": "string"},
    content_type="text/css",
    limit=READ,
    access=PUBLIC,
)
def get_style() -> Response:
    """Its looks."""
    return Response(STYLE, mimetype="text/css")
