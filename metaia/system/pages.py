"""What the service shows at `/` and `/api`: an index in JSON, for browsers a page; and its icon."""

from __future__ import annotations

from pathlib import Path

from flask import Response, current_app, render_template
from marshmallow import fields

from metaia import __version__
from metaia.core.http.assets import Assets
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.browser import prefers_html
from metaia.core.http.edge.security_headers import as_page
from metaia.core.http.endpoint import PUBLIC, READ, TEXT
from metaia.core.http.fields import Schema
from metaia.core.http.views import answer, raw_envelope
from metaia.core.json import Json

ASSETS = Assets(Path(__file__).parent / "assets")
INDEX: Json = {
    "name": "METAIA",
    "version": __version__,
    "documents": {
        "pages": "/api-docs/",
        "openapi": "/api/openapi.json",
        "asyncapi": "/api/asyncapi.json",
        "postman": "/api/postman.json",
    },
    "console": "/admin/start",
    "health": {"live": "/api/system/health/live", "ready": "/api/system/health/ready"},
}
api = Blueprint("index", __name__, url_prefix="/api", description="Documentation")
pages = Blueprint("index_page", __name__, template_folder="templates", description="Pages")


def _paths(name: str, *keys: str) -> fields.Nested:
    schema = Schema.from_dict({key: fields.String(required=True) for key in keys}, name=name)
    return fields.Nested(schema, required=True)


class IndexData(Schema):
    name = fields.String(required=True)
    version = fields.String(required=True)
    documents = _paths("IndexDocuments", "pages", "openapi", "asyncapi", "postman")
    console = fields.String(required=True)
    health = _paths("IndexHealth", "live", "ready")


Index = raw_envelope("Index", fields.Nested(IndexData, required=True))


@api.endpoint("GET", "", returns=Index, limit=READ, access=PUBLIC)
def get_index() -> Response:
    """What there is: addresses of documents, staff's pages and health. A browser gets a page instead."""
    response = answer(**INDEX) if not prefers_html() else _page()
    response.vary.add("Accept")
    return response


@pages.endpoint("GET", "/", returns=Index, limit=READ, access=PUBLIC)
def get_root() -> Response:
    """The same as `/api`."""
    return get_index()


@pages.endpoint("GET", "/favicon.ico", returns=TEXT, content_type="image/x-icon", limit=READ, access=PUBLIC)
def get_icon() -> Response:
    """The icon, at the address that browsers try."""
    return ASSETS.respond("favicon.ico")


@pages.endpoint("GET", "/favicon.svg", returns=TEXT, content_type="image/svg+xml", limit=READ, access=PUBLIC)
def get_drawing() -> Response:
    """The icon as a drawing."""
    return ASSETS.respond("favicon.svg")


@pages.endpoint(
    "GET", "/assets/<version>/<asset>", returns=TEXT, content_type="text/css", limit=READ, access=PUBLIC
)
def get_asset(version: str, asset: str) -> Response:
    """A file of the page."""
    return ASSETS.respond(asset, version)


def _page() -> Response:
    messages = current_app.config["METAIA_MESSAGES_PAGE"]
    page = render_template("system/index.html", index=INDEX, version=ASSETS.version, messages=messages)
    return as_page(Response(page, mimetype="text/html"))
