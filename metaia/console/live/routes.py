"""The console: one page for all its addresses; the scripts in `bundle/` show the rest. `make console` builds them."""

from __future__ import annotations

from pathlib import Path

from flask import Response, render_template, request

from metaia.console.live import service
from metaia.core.errors import NotFound
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.content.assets import Assets
from metaia.core.http.edge.security_headers import ALWAYS, as_page
from metaia.core.http.edge.security_headers import PAGE as POLICY
from metaia.core.http.endpoint import PUBLIC, READ, TEXT
from metaia.core.http.views import raw_answer
from metaia.media.serving import addresses as media_addresses

ASSETS = Assets(Path(__file__).parent / "bundle")
# What a page of another release can use; other scripts fit only those that were built with them.
ANY_RELEASE = frozenset({"console.js", "console.css", "hi.js"})
# As for all answers, but voice messages are recorded here.
PERMISSIONS = ALWAYS["Permissions-Policy"]
for _feature in ("geolocation", "microphone"):  # places of customers and couriers, recordings
    PERMISSIONS = PERMISSIONS.replace(f"{_feature}=()", f"{_feature}=(self)")
blp = Blueprint("console", __name__, template_folder="templates", description="Console")


@blp.before_request
def _only_where_it_is() -> None:
    service.require_console()


@blp.endpoint("GET", "/console/", returns=TEXT, content_type="text/html", limit=READ, access=PUBLIC)
def get_shell() -> Response:
    """The page of the console."""
    return _page()


@blp.endpoint(
    "GET", "/console/<path:address>", returns=TEXT, content_type="text/html", limit=READ, access=PUBLIC
)
def get_page(address: str) -> Response:  # noqa: ARG001 - the scripts read it
    """The same page, at any address below."""
    return _page()


@blp.endpoint(
    "GET", "/track/<id:order_id>", returns=TEXT, content_type="text/html", limit=READ, access=PUBLIC
)
def get_tracking(order_id: str) -> Response:  # noqa: ARG001 - the scripts read it
    """The state of an order, for everyone that has its address."""
    return _page()


@blp.endpoint("GET", "/console/config.json", returns={"type": "object"}, limit=READ, access=PUBLIC)
def get_config() -> Response:
    """What the console needs to know before anyone is logged in."""
    return raw_answer(service.public())


@blp.endpoint(
    "GET",
    "/console/assets/<version>/<asset>",
    returns=TEXT,
    content_type="text/javascript",
    limit=READ,
    access=PUBLIC,
)
def get_asset(version: str, asset: str) -> Response:
    """A script or a style sheet. A part of another release is 404: the page loads itself again."""
    if version != ASSETS.version and asset not in ANY_RELEASE:
        raise NotFound
    return ASSETS.respond(asset, version)


def _page() -> Response:
    page = Response(render_template("console/shell.html", version=ASSETS.version), mimetype="text/html")
    # Safari before 15.4 does not count WebSockets of this origin as 'self'.
    sockets = f"{'wss' if request.is_secure else 'ws'}://{request.host}"
    media = " ".join(("'self'", *media_addresses.origins()))
    # Large files are sent to their store, and payments of the theatre to the demo provider; the frames are of mails.
    places = " ".join(filter(None, (media, sockets, service.demo_provider())))
    policy = POLICY.replace("connect-src 'self'", f"connect-src {places}; frame-src 'self'")
    policy = policy.replace("img-src 'self'", f"media-src {media}; img-src {media}")
    page.headers["Permissions-Policy"] = PERMISSIONS
    return as_page(page, policy)
