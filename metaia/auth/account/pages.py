"""The page that mailed links open: static, without cookies. It loads and calls nothing from other hosts."""

from __future__ import annotations

from pathlib import Path

from flask import Response

from metaia.core.http.blueprint import Blueprint
from metaia.core.http.content.assets import Assets
from metaia.core.http.edge.security_headers import as_page
from metaia.core.http.endpoint import PUBLIC, READ, TEXT

blp = Blueprint("account_page", __name__, description="The page that mailed links open")
FOLDER = Path(__file__).parent / "page"
ASSETS = Assets(FOLDER)
PAGE = (FOLDER / "account.html").read_bytes().replace(b'"account/', f'"account/{ASSETS.version}/'.encode())


@blp.endpoint("GET", "/account", returns=TEXT, content_type="text/html", limit=READ, access=PUBLIC)
def get_page() -> Response:
    """Get the page. Its script reads the token from the fragment of the URL, which no request contains."""
    return as_page(Response(PAGE, mimetype="text/html"))


@blp.endpoint(
    "GET",
    "/account/<version>/<asset>",
    returns=TEXT,
    content_type="text/javascript",
    limit=READ,
    access=PUBLIC,
)
def get_asset(version: str, asset: str) -> Response:
    """Get the page's script or style sheet."""
    return ASSETS.respond(asset, version)
