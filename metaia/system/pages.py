"""What the service shows at `/` and `/api`: an index in JSON, for browsers a page; and its icon."""

from __future__ import annotations

from pathlib import Path

import flask
import flask_swagger_ui
from flask import Response, current_app, redirect, render_template, request
from marshmallow import fields

from metaia import __version__
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.browser import prefers_html
from metaia.core.http.content.assets import Assets
from metaia.core.http.edge.security_headers import as_page
from metaia.core.http.endpoint import PUBLIC, READ, TEXT
from metaia.core.http.fields import Schema
from metaia.core.http.views import answer, raw_envelope
from metaia.core.json import Json

SWAGGER = Assets(Path(flask_swagger_ui.__file__).parent / "dist")
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
    "console": "/console/",
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
    console = fields.String(required=True, allow_none=True)
    health = _paths("IndexHealth", "live", "ready")


Index = raw_envelope("Index", fields.Nested(IndexData, required=True))


@api.endpoint("GET", "", returns=Index, limit=READ, access=PUBLIC)
def get_index() -> Response:
    """What there is: addresses of documents, the console and health. A browser gets a page instead."""
    response = _page(_index()) if prefers_html() else answer(**_index())
    response.vary.add("Accept")
    return response


@pages.endpoint("GET", "/", returns=Index, limit=READ, access=PUBLIC)
def get_root() -> Response:
    """The same as `/api`; a browser is redirected to the console, if there is one."""
    if prefers_html() and current_app.config["CONSOLE"] != "off":
        return current_app.make_response(redirect("/console/", 303))
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


def documentation() -> flask.Blueprint:
    """Return the blueprint of `/api-docs`: Swagger UI with hashed addresses of its files."""
    config = {"app_name": "METAIA", "layout": "BaseLayout", "validatorUrl": None}  # no external validator
    found: flask.Blueprint = flask_swagger_ui.get_swaggerui_blueprint(
        "/api-docs", "/api/openapi.json", config=config
    )
    found.before_request(_swagger_file)
    found.after_request(_with_hashes)
    return found


def _swagger_file() -> Response | None:
    version, _, name = (request.view_args or {}).get("path", "").rpartition("/")
    return SWAGGER.respond(name, version) if name in SWAGGER and "/" not in version else None


def _with_hashes(response: Response) -> Response:
    if response.mimetype != "text/html" or "Content-Encoding" in response.headers:
        return response
    page = response.get_data(as_text=True)
    response.set_data(page.replace('"/api-docs/', f'"/api-docs/{SWAGGER.version}/'))
    return as_page(response)


def _index() -> Json:
    return INDEX | {"console": None} if current_app.config["CONSOLE"] == "off" else INDEX


def _page(index: Json) -> Response:
    messages = current_app.config["METAIA_MESSAGES_PAGE"]
    page = render_template("system/index.html", index=index, version=ASSETS.version, messages=messages)
    return as_page(Response(page, mimetype="text/html"))
