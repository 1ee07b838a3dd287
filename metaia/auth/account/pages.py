"""The page that mailed links open: static, without cookies. It loads and calls nothing from other hosts."""

from __future__ import annotations

from pathlib import Path

from flask import Response

from metaia.core.http.blueprint import Blueprint
from metaia.core.http.edge.security_headers import as_page
from metaia.core.http.endpoint import PUBLIC, READ

blp = Blueprint("account_page", __name__, description="The page that mailed links open")
FOLDER = Path(__file__).parent / "page"
PAGE, SCRIPT, STYLE = ((FOLDER / f"account.{kind}").read_bytes() for kind in ("html", "js", "css"))


@blp.endpoint(
    "GET", "/account", returns={"type": "string"}, content_type="text/html", limit=READ, access=PUBLIC
)
def get_page() -> Response:
    """Get the page. Its script reads the token from the fragment of the URL, which no request contains."""
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
    """Get the page's script."""
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
    """Get the page's style sheet."""
    return Response(STYLE, mimetype="text/css")
